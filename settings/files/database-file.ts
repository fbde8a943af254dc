import { accessSync, constants, type Stats, statSync } from 'node:fs';
import { errorCodeOf } from '../ambient/describe-error.ts';
import { readBounded } from './read-bounded.ts';

/** How a SQLite database begins, unless it is empty. @see https://www.sqlite.org/fileformat.html */
const MAGIC = 'SQLite format 3\0';

/**
 * Looks whether a file can be a database that this process writes to, before SQLite is asked: its own words
 * name neither the file nor what is wrong with it. One that is not there yet is fine, as are those beside it.
 *
 * @returns what is wrong, with the path, and what to do; null when nothing is.
 */
export function databaseFileFault(file: string): string | null {
  for (const path of [`${file}-wal`, `${file}-shm`, `${file}-journal`]) {
    const fault = fileFault(path);
    if (fault !== null) return fault;
  }
  return fileFault(file);
}

function fileFault(path: string): string | null {
  const stats = statOf(path);
  if (stats === null) return null;
  if (typeof stats === 'string') return `${path} cannot be looked at (${stats}): give it to this user`;
  if (stats.isDirectory()) return `${path} is a directory, not a file: move it away`;
  if (!stats.isFile()) return `${path} is no regular file: move it away`;
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return null;
  } catch (error) {
    const code = errorCodeOf(error);
    const cure =
      code === 'EROFS' ? 'its file system is read-only' : 'give it to this user, to read and write';
    return `${path} cannot be written (${code}): ${cure}`;
  }
}

/** null where there is none. */
function statOf(path: string): Stats | string | null {
  try {
    return statSync(path);
  } catch (error) {
    const code = errorCodeOf(error) ?? String(error);
    return code === 'ENOENT' ? null : code;
  }
}

/** Whether a file is empty, not there, or begins as SQLite's databases do. */
export function beginsAsDatabase(file: string): boolean {
  if (statOf(file) === null) return true;
  const begin = readBounded(file, MAGIC.length - 1, 0);
  return begin.length === 0 || new TextDecoder('latin1').decode(begin) === MAGIC;
}
