import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBounded } from '../../../../settings/files/read-bounded.ts';

const HOLDER_FILE = 'receiver.pid';
const MOST_HOLDER_BYTES = 64;

/**
 * Leaves a note of who uses the data directory, beside the lock that decides it: a lock that is taken cannot be read.
 * The note of a process that is gone does no harm, because it is read only when the lock is taken.
 */
export function nameHolder(dataDir: string, pid: number): void {
  const file = join(dataDir, HOLDER_FILE);
  try {
    rmSync(`${file}.new`, { force: true });
    writeFileSync(`${file}.new`, `${pid}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch {
    // The lock is held all the same; on a full disk the receiver must be able to start and hand out what it has.
  }
}

/** ` (process 4711)`, or nothing where nobody has left a note. */
export function describeHolder(dataDir: string): string {
  try {
    const pid = new TextDecoder()
      .decode(readBounded(join(dataDir, HOLDER_FILE), MOST_HOLDER_BYTES, 0))
      .trim();
    return /^\d{1,10}$/.test(pid) ? ` (process ${pid})` : '';
  } catch {
    return '';
  }
}
