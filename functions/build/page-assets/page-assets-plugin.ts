import { gzipSync } from 'node:zlib';
import type { Plugin } from 'esbuild';
import { loadPageAssets } from '../../page/page-assets.ts';

/**
 * For every bundle of the functions: puts the page's finished files in the place of what would build them. They stand
 * there compressed, because every isolate and every Lambda parses the whole bundle, and few of them show the page.
 */
export function pageAssetsPlugin(): Plugin {
  return {
    name: 'page-assets',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]functions[\\/]page[\\/]page-assets\.ts$/ }, async () => {
        const { script, style } = await loadPageAssets();
        return { contents: unpackingModule(pack(script), pack(style)), loader: 'js' };
      });
    },
  };
}

function pack(text: string): string {
  return gzipSync(text, { level: 9 }).toString('base64');
}

/** The result is kept, not the promise: on Workers, one request must not wait for what another one has begun. */
function unpackingModule(script: string, style: string): string {
  return `
    let assets;
    export async function loadPageAssets() {
      return assets ??= { script: await unpack('${script}'), style: await unpack('${style}') };
    }
    function unpack(packed) {
      const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
      return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
    }`;
}
