import { chmodSync, closeSync, constants, openSync } from 'node:fs';
import { errorCodeOf } from '../ambient/describe-error.ts';

const OWNER_ONLY = 0o600;

/**
 * Makes sure that a file is there and that nobody but its owner may read or write it, whatever the umask and the directory
 * say, and whoever made it before. Its content is not touched. To be called before the file is opened for use.
 *
 * Never throws: where the file system knows no permissions, or the file is somebody else's (a volume that a `fsGroup`
 * opens for its group), they stay as they are; and what cannot be opened is told by who opens it next.
 */
export function makePrivate(file: string): void {
  attempt(() => closeSync(openSync(file, constants.O_RDWR | constants.O_CREAT, OWNER_ONLY)));
  attempt(() => chmodSync(file, OWNER_ONLY));
}

/** The same for a SQLite database, and the files beside it: SQLite gives new ones the permissions of the database. */
export function makeDatabasePrivate(file: string): void {
  for (const suffix of ['-wal', '-shm', '-journal']) attempt(() => chmodSync(`${file}${suffix}`, OWNER_ONLY));
  makePrivate(file);
}

function attempt(work: () => void): void {
  try {
    work();
  } catch (error) {
    // Only what the system answers; see above.
    if (errorCodeOf(error) === undefined) throw error;
  }
}
