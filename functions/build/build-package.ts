import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';
import { builtinsByNamePlugin } from './builtins-by-name-plugin.ts';
import { bundleLambdas } from './bundle-lambdas.ts';
import { commandsTogether } from './commands-together.ts';
import { describeBundle } from './contents/describe-bundle.ts';
import { loadedTogetherPlugin } from './loaded-together-plugin.ts';
import { bundleModules } from './modules/bundle-modules.ts';
import { declareModules } from './modules/declare-modules.ts';
import { packagePartsPlugin } from './package-parts-plugin.ts';
import { pageAssetsPlugin } from './page-assets/page-assets-plugin.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Packages that find their parts by `require`, which an ES module does not have. It stands where it is used only: made in
 * each of forty files, it was a tenth of the start of a short command.
 */
const REQUIRE_BANNER =
  "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);";

type PackageOptions = {
  /** Default: `dist` of this checkout. */
  readonly outDir?: string;
  /** Smaller, for where nobody reads the code; names stay, because stack traces are read by them. */
  readonly minify?: boolean;
  /** Also the modules that others import, with their types, and the Lambdas: for npm, not for the image. @default false */
  readonly modules?: boolean;
  /** RFC 3339, for the bill of materials. By default it has none, and the same sources give the same bytes. */
  readonly timestamp?: string;
};

/**
 * Bundles the command line for the published package and for the image: `offhook.js` and what it loads when asked for,
 * with all dependencies but the two that only a checkout has; and, when asked for, the modules that the package exports.
 * Beside them the bill of materials and the licences of what was bundled.
 *
 * @throws Error when it does not build, or something in it has no licence.
 */
export async function buildPackage(options: PackageOptions = {}): Promise<void> {
  const { outDir = join(ROOT, 'dist'), minify = false, modules = false, timestamp } = options;
  const { build, version } = await import('esbuild');
  await removeChunks(outDir);
  const { metafile, outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['cli/main.ts'],
    outdir: outDir,
    entryNames: 'offhook',
    bundle: true,
    splitting: true,
    // Names stay, because stack traces are read by them. To set each again (`keepNames`) costs every function an object of its own.
    minifySyntax: minify,
    minifyWhitespace: minify,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    metafile: true,
    external: ['miniflare', 'esbuild'],
    write: false,
    plugins: [
      pageAssetsPlugin(),
      packagePartsPlugin(),
      builtinsByNamePlugin(),
      loadedTogetherPlugin(ROOT, commandsTogether),
    ],
    logLevel: 'warning',
  });
  await Promise.all(outputFiles.map(({ path, text }) => writeFile(path, withRequire(text))));
  const metafiles = modules ? [metafile, ...(await buildModules(outDir))] : [metafile];
  for (const [name, text] of Object.entries(describeBundle(metafiles, ROOT, version, timestamp))) {
    await writeFile(join(outDir, name), text);
  }
}

function withRequire(code: string): string {
  return /\brequire\b/.test(code) ? `${REQUIRE_BANNER}\n${code}` : code;
}

async function buildModules(outDir: string): Promise<readonly Metafile[]> {
  const folders = ['modules', 'types', 'lambda'].map((name) => join(outDir, name));
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  const [code = '', types = '', lambdas = ''] = folders;
  const [metafiles, { bundles }] = await Promise.all([
    bundleModules(ROOT, code),
    bundleLambdas(lambdas),
    declareModules(ROOT, types),
  ]);
  return [...metafiles, ...Object.values(bundles).map(({ metafile }) => metafile)];
}

/** Those of earlier builds have other names, and would be published, too. */
async function removeChunks(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const chunks = (await readdir(directory)).filter((name) => name.endsWith('.js'));
  await Promise.all(chunks.map((name) => rm(join(directory, name))));
}
