import { closeSync, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { errorCodeOf } from '../../settings/ambient/describe-error.ts';

/** For a secret, which only its owner reads, and for what everybody may. */
export const FILE_MODE = { secret: 0o600, public: 0o644 } as const;

/**
 * Writes a line into a new file, and sees it onto the disk.
 *
 * @returns null, or why there is no such file now: one that exists already is left as it is.
 */
export function writeNewFile(file: string, line: string, mode: number): string | null {
  let created = false;
  try {
    const handle = openSync(file, 'wx', mode);
    created = true;
    try {
      writeFileSync(handle, `${line}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    return null;
  } catch (error) {
    // Half a key is none.
    if (created) rmSync(file, { force: true });
    const code = errorCodeOf(error);
    if (code === 'EEXIST')
      return 'exists already and was not changed; name another file, or move that one away';
    if (code === 'ENOENT') return 'its directory does not exist';
    if (code === undefined) throw error;
    return `cannot be written (${code})`;
  }
}
