import { join } from 'node:path';
import type { BuildOptions, Metafile } from 'esbuild';
import { pageAssetsPlugin } from '../page-assets/page-assets-plugin.ts';
import { outputNameOf, PACKAGE_MODULES } from './package-modules.ts';
import { peerPackagesPlugin } from './peer-packages-plugin.ts';

const COMMON: BuildOptions = {
  bundle: true,
  splitting: true,
  format: 'esm',
  target: 'es2024',
  metafile: true,
  external: ['node:*', 'cloudflare:*'],
  mainFields: ['module', 'main'],
  // Names of handlers are in the audit trail, and whoever bundles these again may minify.
  keepNames: false,
  logLevel: 'warning',
};

/** Whose constructs must be those of the project's own stacks. */
const CDK = peerPackagesPlugin(['aws-cdk-lib', 'constructs'], 'offhook/aws-cdk');

/** Packages that find their parts by `require`, which an ES module does not have. */
const REQUIRE_BANNER =
  "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);";

/**
 * Bundles the modules that the npm package exports, with all that they import but the CDK, so that the package has no
 * dependencies.
 * Twice: what runs everywhere must not share a chunk with what needs Node.
 *
 * @param root the checkout.
 * @param outDir gets one file a path, and chunks that several share.
 */
export async function bundleModules(root: string, outDir: string): Promise<readonly Metafile[]> {
  const { build } = await import('esbuild');
  const bundle = async (runsOn: 'everywhere' | 'node', more: BuildOptions) => {
    const modules = PACKAGE_MODULES.filter((module) => module.runsOn === runsOn);
    const entryPoints = Object.fromEntries(
      modules.map(({ path, source }) => [outputNameOf(path), join(root, source)]),
    );
    const chunkNames = `chunks/${runsOn}-[hash]`;
    const options = { ...COMMON, ...more, absWorkingDir: root, entryPoints, outdir: outDir, chunkNames };
    return (await build({ ...options, metafile: true, plugins: [pageAssetsPlugin(), CDK] })).metafile;
  };
  return Promise.all([
    bundle('everywhere', { platform: 'neutral', conditions: ['workerd', 'worker', 'browser'] }),
    bundle('node', { platform: 'node', banner: { js: REQUIRE_BANNER } }),
  ]);
}
