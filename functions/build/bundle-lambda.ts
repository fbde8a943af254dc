import { readFile } from 'node:fs/promises';
import { ownHandlers } from './own-handlers.ts';
import { pageAssetsPlugin } from './page-assets/page-assets-plugin.ts';

/** Bytes of one Lambda's module and of its source map, as written. */
export type LambdaBundle = { readonly moduleBytes: number; readonly mapBytes: number };

/**
 * Packages that find their parts by `require`, which an ES module does not have. Under a name of its own, so that it
 * cannot meet a `createRequire` of the bundled code.
 */
const REQUIRE_BANNER =
  "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);";

/**
 * Bundles a Lambda's entry as it is deployed: `index.mjs` and `index.mjs.map` in `outDir`, one ES module, minified,
 * with function names kept, because handlers are known by them. The AWS SDK is bundled, too: the one that comes with
 * Lambda's Node changes under a function that nobody deployed.
 *
 * @param handlers a module that registers handlers in the place of the shipped ones.
 * @throws Error when `esbuild` (a development dependency) is not installed, or the module does not build;
 *   OwnHandlersError when `handlers` cannot be used.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
 */
export async function bundleLambda(
  entryFile: string,
  outDir: string,
  handlers?: string,
): Promise<LambdaBundle> {
  const { build } = await importEsbuild();
  const own = await ownHandlers(handlers, entryFile, build);
  const outfile = `${outDir}/index.mjs`;
  await build({
    entryPoints: [entryFile],
    outfile,
    bundle: true,
    minify: true,
    keepNames: true,
    sourcemap: true,
    // Stack traces need positions only; the sources would treble the upload.
    sourcesContent: false,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE_BANNER },
    plugins: [...own, pageAssetsPlugin()],
    logLevel: 'silent',
  });
  const [module, map] = await Promise.all([readFile(outfile), readFile(`${outfile}.map`)]);
  return { moduleBytes: module.byteLength, mapBytes: map.byteLength };
}

async function importEsbuild(): Promise<typeof import('esbuild')> {
  try {
    return await import('esbuild');
  } catch (cause) {
    throw new Error('bundling the Lambdas needs the development dependencies: run npm ci', { cause });
  }
}
