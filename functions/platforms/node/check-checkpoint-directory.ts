import { accessSync, constants, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { errorCodeOf } from '../../../settings/ambient/describe-error.ts';
import { makeDirectory } from '../../../settings/files/make-directory.ts';
import { whyNotMade } from '../../../settings/files/why-not-made.ts';
import { StartError } from './faults/start-error.ts';

/** Whatever else it is, such as a share that is away, may pass, and is told by the rounds that write checkpoints. */
const DOES_NOT_PASS: ReadonlySet<string | undefined> = new Set([
  ...['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENOENT', 'ELOOP', 'ENAMETOOLONG'],
]);

/**
 * Makes the directory of the checkpoints, so that what only a person can mend is told at the start, not by the first round.
 *
 * @throws StartError
 */
export function checkCheckpointDirectory(directory: string): void {
  const path = resolve(directory);
  const unusable = (why: string, error?: unknown) =>
    new StartError(
      'person',
      `the directory ${path} for checkpoints cannot be used: ${why} (audit.checkpoints.dir in the configuration)`,
      { cause: error },
    );
  try {
    makeDirectory(path);
    if (!statSync(path).isDirectory()) throw unusable('it is a file; name a directory');
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    if (error instanceof StartError) throw error;
    if (DOES_NOT_PASS.has(errorCodeOf(error))) throw unusable(whyNotMade(path, error), error);
  }
}
