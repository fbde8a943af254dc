import { keepHandlerNames } from './keep-handler-names.ts';
import { ownHandlers } from './own-handlers.ts';
import { PAGE_ASSETS_FILE, separatePageAssets } from './page-assets/separate-page-assets.ts';

/**
 * A Worker as it is deployed.
 *
 * @property script its module.
 * @property pageAssets what the module imports as `./page-assets.bin`; null for one that has no page.
 * @property bytesOf how much of the module each source file is, by its path from the working directory.
 */
export type WorkerBundle = {
  readonly script: string;
  readonly pageAssets: Uint8Array | null;
  readonly bytesOf: Readonly<Record<string, number>>;
};

/**
 * Bundles a Worker: one ES module, minified, with the names of handlers kept, and the page's files beside it.
 *
 * @param handlers a module that registers handlers in the place of the shipped ones.
 * @throws Error when `esbuild` (a development dependency) is not installed, or the module does not build;
 *   OwnHandlersError when `handlers` cannot be used.
 */
export async function bundleWorker(entryFile: string, handlers?: string): Promise<WorkerBundle> {
  const { build, buildSync } = await importEsbuild();
  const own = ownHandlers(handlers, entryFile, buildSync);
  const { outputFiles, metafile } = await build({
    entryPoints: { worker: entryFile },
    outdir: 'worker',
    assetNames: '[name]',
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    plugins: [...own, separatePageAssets(), keepHandlerNames()],
    logLevel: 'silent',
  });
  const fileOf = (name: string) => outputFiles.find(({ path }) => path.endsWith(name));
  return {
    script: fileOf('worker.js')?.text ?? '',
    pageAssets: fileOf(PAGE_ASSETS_FILE)?.contents ?? null,
    bytesOf: Object.fromEntries(
      Object.entries(metafile.outputs['worker/worker.js']?.inputs ?? {})
        .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
        .map(([path, { bytesInOutput }]) => [path, bytesInOutput]),
    ),
  };
}

async function importEsbuild(): Promise<typeof import('esbuild')> {
  try {
    return await import('esbuild');
  } catch (cause) {
    throw new Error('bundling the Worker needs the development dependencies: run npm ci', { cause });
  }
}
