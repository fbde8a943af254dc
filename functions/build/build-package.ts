import { fileURLToPath } from 'node:url';
import { pageAssetsPlugin } from './page-assets-plugin.ts';

const ROOT = new URL('../../', import.meta.url);

/** Packages that find their parts by `require`, which an ES module does not have. */
const REQUIRE_BANNER =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/**
 * Bundles the command line for the published package: `offhook.js` and what it loads when asked for, with all
 * dependencies but the two that only a checkout has.
 *
 * @param outDir default: `dist` of this checkout.
 * @throws Error when it does not build.
 */
export async function buildPackage(outDir: string = fileURLToPath(new URL('dist', ROOT))): Promise<void> {
  const { build } = await import('esbuild');
  await build({
    entryPoints: [fileURLToPath(new URL('cli/main.ts', ROOT))],
    outdir: outDir,
    entryNames: 'offhook',
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    keepNames: true,
    external: ['miniflare', 'esbuild'],
    banner: { js: REQUIRE_BANNER },
    plugins: [pageAssetsPlugin()],
    logLevel: 'warning',
  });
}

/** `npm run build`. */
if (import.meta.main) await buildPackage();
