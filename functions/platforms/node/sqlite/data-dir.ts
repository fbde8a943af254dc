import { accessSync, constants, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { errorCodeOf } from '../../../../settings/ambient/describe-error.ts';
import { makeDirectory } from '../../../../settings/files/make-directory.ts';
import { whyNotMade } from '../../../../settings/files/why-not-made.ts';
import { StartError } from '../faults/start-error.ts';

/**
 * Makes sure that the data directory is there (mode 0700 where it is made), and that this user may read and write it.
 *
 * @returns its absolute path.
 * @throws StartError
 */
export function prepareDataDir(dataDir: string): string {
  const path = resolve(dataDir);
  const unusable = (why: string, error?: unknown) =>
    new StartError(
      errorCodeOf(error) === 'ENOSPC' ? 'time' : 'person',
      `the data directory ${path} cannot be used: ${why} (dataDir in the configuration)`,
      { cause: error },
    );
  try {
    makeDirectory(path, 0o700);
  } catch (error) {
    throw unusable(whyNotMade(path, error), error);
  }
  if (!statSync(path).isDirectory()) throw unusable('it is a file; name a directory');
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = errorCodeOf(error);
    const cure =
      code === 'EROFS'
        ? 'its file system is read-only; name one that can be written'
        : `this user may not read and write it (${code}); give it to this user, or name another`;
    throw unusable(cure, error);
  }
  return path;
}
