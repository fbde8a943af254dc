import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Of ours, and no place for handlers. */
const OTHERS = ['node_modules/', 'protocol/', 'settings/', 'functions/'].map((folder) => ROOT + folder);
const HANDLERS = `${ROOT}functions/handlers/`;
/** The shipped ones have names of their own. */
const SHIPPED = `${HANDLERS}shipped/`;

/**
 * Keeps the names of functions where handlers are written, because a handler without `name` is known by its function:
 * in `functions/handlers/`, but for the shipped ones, and in whatever else an entry imports. To keep those of everything (esbuild's `keepNames`)
 * would make the Worker a tenth larger.
 */
export function keepHandlerNames(): Plugin {
  return {
    name: 'keep-handler-names',
    setup({ onLoad, esbuild }) {
      onLoad({ filter: /\.[cm]?[jt]s$/ }, async ({ path }) => {
        if (!mayHoldHandlers(path)) return null;
        const source = await readFile(path, 'utf8');
        const loader = path.endsWith('ts') ? 'ts' : 'js';
        const options = { loader, keepNames: true, sourcefile: path, target: 'es2024' } as const;
        return { contents: (await esbuild.transform(source, options)).code, loader: 'js' };
      });
    },
  };
}

function mayHoldHandlers(path: string): boolean {
  if (path.startsWith(HANDLERS)) return !path.startsWith(SHIPPED);
  return !OTHERS.some((folder) => path.startsWith(folder));
}
