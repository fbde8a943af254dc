import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';

/** What Node loads as a module, and what modules import as data. */
const SOURCE = /\.([cm]?[jt]s|json|wasm)$/;

/** Nobody edits what is installed, and dot folders are of tools, among them the receiver's own data. */
function isIgnored(path: string): boolean {
  return path.split(sep).some((name) => name === 'node_modules' || /^\.[^.]/.test(name));
}

/**
 * Tells of every module below a folder, and of one more file, when it is saved, made or removed.
 *
 * @throws where the folder cannot be watched.
 */
export function watchSources(
  { folder, file }: { readonly folder: string; readonly file: string },
  onChange: (path: string) => void,
): { close(): void } {
  const watchers: FSWatcher[] = [
    watch(folder, { recursive: true, ignore: isIgnored }, (_, name) => {
      if (name !== null && SOURCE.test(name)) onChange(join(folder, name));
    }),
    // Its folder, because editors put another file in its place.
    watch(dirname(file), (_, name) => {
      if (name === basename(file)) onChange(file);
    }),
  ];
  // A folder that goes away is told by what is missing then.
  for (const watcher of watchers) watcher.on('error', () => {});
  return {
    close() {
      for (const watcher of watchers) watcher.close();
    },
  };
}
