import { closeSync, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { errorCodeOf } from '../../settings/ambient/describe-error.ts';

/**
 * Writes a secret and a line break into a new file with mode 0600, and sees it onto the disk.
 *
 * @returns null, or why there is no such file now: one that exists already is left as it is.
 */
export function writeSecretFile(file: string, secret: string): string | null {
  let created = false;
  try {
    const handle = openSync(file, 'wx', 0o600);
    created = true;
    try {
      writeFileSync(handle, `${secret}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    return null;
  } catch (error) {
    // Half a secret is none.
    if (created) rmSync(file, { force: true });
    const code = errorCodeOf(error);
    if (code === 'EEXIST')
      return 'exists already and was not changed; name another file, or move that one away';
    if (code === 'ENOENT') return 'its directory does not exist';
    if (code === undefined) throw error;
    return `cannot be written (${code})`;
  }
}
