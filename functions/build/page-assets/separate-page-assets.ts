import { gzipSync } from 'node:zlib';
import type { Plugin } from 'esbuild';
import { loadPageAssets } from '../../page/page-assets.ts';

/** What the page's finished files are called beside the Worker. */
export const PAGE_ASSETS_FILE = 'page-assets.bin';

/**
 * For Workers: puts the page's finished files beside the module, compressed, as data that it imports. Every isolate
 * parses the module before its first answer, and few of them show the page.
 */
export function separatePageAssets(): Plugin {
  return {
    name: 'separate-page-assets',
    setup({ onLoad, onResolve }) {
      onLoad({ filter: /[\\/]functions[\\/]page[\\/]page-assets\.ts$/ }, () => ({
        contents: UNPACKING_MODULE,
        loader: 'js',
      }));
      onResolve({ filter: /^page-assets\.bin$/ }, () => ({
        path: PAGE_ASSETS_FILE,
        namespace: 'page-assets',
      }));
      onLoad({ filter: /.*/, namespace: 'page-assets' }, async () => {
        const { script, style } = await loadPageAssets();
        return { contents: gzipSync(`${script}\0${style}`, { level: 9 }), loader: 'copy' };
      });
    },
  };
}

/**
 * Between the two files there is a NUL, which neither can hold; in JSON each of their quotes would weigh twice. The
 * result is kept, not the promise: on Workers, one request must not wait for what another one has begun.
 */
const UNPACKING_MODULE = `
  import packed from '${PAGE_ASSETS_FILE}';
  let assets;
  export async function loadPageAssets() {
    return assets ??= await unpack();
  }
  async function unpack() {
    const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
    const [script, style] = (await new Response(unpacked).text()).split('\\0');
    return { script, style };
  }`;
