import { fileURLToPath } from 'node:url';

/** The page's two files: `/page.js` and `/page.css`. */
type PageAssets = { readonly script: string; readonly style: string };
export type LoadPageAssets = () => Promise<PageAssets>;

let loading: Promise<PageAssets> | undefined;

/**
 * Bundles the page's files from the sources of a checkout, once, when they are first asked for. Where Offhook is
 * bundled itself, this whole module is replaced by the result (`page-assets-plugin.ts`).
 *
 * @throws Error when `esbuild` (a development dependency) is not installed, or the script does not build.
 */
export function loadPageAssets(): Promise<PageAssets> {
  loading ??= bundle().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function bundle(): Promise<PageAssets> {
  const { build } = await importEsbuild();
  const { outputFiles } = await build({
    entryPoints: {
      page: fileURLToPath(new URL('./client/main.ts', import.meta.url)),
      style: fileURLToPath(new URL('./style/page.css', import.meta.url)),
    },
    outdir: 'page',
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    logLevel: 'silent',
  });
  const fileOf = (name: string) => outputFiles.find(({ path }) => path.endsWith(name))?.text ?? '';
  return { script: fileOf('page.js'), style: fileOf('style.css') };
}

async function importEsbuild(): Promise<typeof import('esbuild')> {
  try {
    return await import('esbuild');
  } catch (cause) {
    const todo = 'run npm ci without --omit=dev, or install the package, which holds the script';
    throw new Error(`a checkout bundles it with esbuild, a development dependency; ${todo}`, { cause });
  }
}
