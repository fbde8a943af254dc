import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { errorCodeOf } from '../ambient/describe-error.ts';

/**
 * Makes a directory with the parents that are missing; one that is there stays as it is. Node's own `recursive` goes round
 * in circles for ever where a file system says of a new directory that there is no such place, as `/proc` does.
 *
 * @param mode of all that are made.
 * @returns the first one that was made; undefined when all were there.
 * @throws Error with a `code` as `node:fs` has it: `EACCES`, `ENOTDIR`, `EROFS`, …; `ENOENT` where its parent is there and
 *   takes no directories.
 */
export function makeDirectory(path: string, mode = 0o777): string | undefined {
  const directory = resolve(path);
  try {
    mkdirSync(directory, { mode });
    return directory;
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === 'EEXIST') return undefined;
    const parent = dirname(directory);
    if (code !== 'ENOENT' || existsSync(parent)) throw error;
    const first = makeDirectory(parent, mode);
    mkdirSync(directory, { mode });
    return first;
  }
}
