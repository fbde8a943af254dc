import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';
import { unbundled } from './handlers-module.ts';
import { LAMBDA_OPTIONS } from './lambda-options.ts';
import { ownHandlers } from './own-handlers.ts';
import { pageAssetsPlugin } from './page-assets/page-assets-plugin.ts';

/**
 * One Lambda as it was written.
 *
 * @property moduleBytes of `index.mjs`, @property mapBytes of its source map.
 * @property metafile what is in it, by paths from the checkout, or from the working directory where handlers are somebody's own.
 */
export type LambdaBundle = {
  readonly moduleBytes: number;
  readonly mapBytes: number;
  readonly metafile: Metafile;
};

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Bundles a Lambda's entry as it is deployed: `index.mjs` and `index.mjs.map` in `outDir`.
 *
 * @param outDir relative to the working directory.
 * @param handlers a module that registers handlers in the place of the shipped ones.
 * @throws Error when `esbuild` (a development dependency) is not installed; OwnHandlersError when `handlers` cannot be
 *   used, or does not build.
 */
export async function bundleLambda(
  entryFile: string,
  outDir: string,
  handlers?: string,
): Promise<LambdaBundle> {
  const { build, buildSync } = await importEsbuild();
  const own = ownHandlers(handlers, entryFile, buildSync);
  const outfile = resolve(outDir, 'index.mjs');
  const built = build({
    ...LAMBDA_OPTIONS,
    // What is said of a module of somebody's own is said from where they are.
    ...(handlers === undefined && { absWorkingDir: ROOT }),
    entryPoints: [entryFile],
    outfile,
    metafile: true,
    plugins: [...own, pageAssetsPlugin()],
  });
  const { metafile } = await (handlers === undefined
    ? built
    : built.catch((cause) => Promise.reject(unbundled(resolve(handlers), cause))));
  const [module, map] = await Promise.all([readFile(outfile), readFile(`${outfile}.map`)]);
  return { moduleBytes: module.byteLength, mapBytes: map.byteLength, metafile };
}

async function importEsbuild(): Promise<typeof import('esbuild')> {
  try {
    return await import('esbuild');
  } catch (cause) {
    throw new Error('bundling the Lambdas needs the development dependencies: run npm ci', { cause });
  }
}
