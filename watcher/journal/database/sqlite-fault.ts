import { statfsSync } from 'node:fs';
import { messageOf } from '../../../settings/ambient/describe-error.ts';
import {
  isBusy,
  isDamaged,
  primarySqliteCode,
  SQLITE,
  sqliteCode,
} from '../../../settings/files/sqlite-code.ts';
import { JournalWriteError } from './journal-error.ts';

/** I/O errors that a full disk also causes. A failed fsync is not among them: after it, nothing can be trusted. */
const IOERR_WRITE = SQLITE.IOERR | (3 << 8);
const IOERR_SHMSIZE = SQLITE.IOERR | (19 << 8);
const IOERR_SHMMAP = SQLITE.IOERR | (21 << 8);
const CAN_MEAN_FULL: ReadonlySet<number> = new Set([IOERR_WRITE, IOERR_SHMSIZE, IOERR_SHMMAP]);

/** Less than this counts as a full disk: what the write-ahead log takes at a time. */
const NO_SPACE_BYTES = 65_536;

const DISK_FAILED = 'The disk failed; nothing more is written, restart once it is healthy.';

/**
 * What a failed write means. Anything that is no fault of disk or file (a broken constraint, an exception of the
 * caller) is a programming error and comes back as it is.
 */
export function toWriteError(error: unknown, file: string): unknown {
  const code = sqliteCode(error);
  const failed = (kind: WriteFault, advice: string) => writeError(kind, error, file, advice);
  if (isBusy(error)) return failed('busy', 'Another process is writing to it; it is tried again.');
  if (isDamaged(error)) return failed('corrupt', 'The file is damaged; nothing more is written to it.');
  switch (primarySqliteCode(error)) {
    case SQLITE.FULL:
      return failed('full', 'The disk is full; free some space, nothing is lost meanwhile.');
    case SQLITE.IOERR:
      return CAN_MEAN_FULL.has(code ?? 0) && freeBytes(file) < NO_SPACE_BYTES
        ? failed('full', 'The disk is full; free some space, nothing is lost meanwhile.')
        : failed('io', DISK_FAILED);
    case SQLITE.READONLY:
    case SQLITE.CANTOPEN:
      return failed('io', 'The directory cannot be written any more; restart once it can.');
    default:
      return error;
  }
}

/** What it means that written pages could not be taken to the disk: the kernel may have dropped them, and tells of it once. */
export function toSyncError(error: unknown, file: string): JournalWriteError {
  return writeError('io', error, file, DISK_FAILED);
}

type WriteFault = 'full' | 'busy' | 'io' | 'corrupt';

function writeError(kind: WriteFault, cause: unknown, file: string, advice: string): JournalWriteError {
  return new JournalWriteError(kind, `cannot write the journal ${file}: ${messageOf(cause)}. ${advice}`, {
    cause,
  });
}

function freeBytes(file: string): number {
  const { bavail, bsize } = statfsSync(file);
  return bavail * bsize;
}
