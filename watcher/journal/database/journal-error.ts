/** Why a journal cannot be opened. */
type JournalErrorCode = 'directory' | 'volatile' | 'locked' | 'schema' | 'corrupt' | 'cluster';

/** The journal cannot be used as it is; thrown at start-up, before anything in it was changed. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
  readonly code: JournalErrorCode;

  constructor(code: JournalErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * Why something could not be stored.
 *
 * - `full`: no space left; the same write can be tried again later.
 * - `quota`: the journal is as large as it may become; the same.
 * - `busy`: another process held the database for too long; the same.
 * - `io`, `corrupt`: the disk or the file failed. What is on the disk is unknown from here on, so nothing more is
 *   written by this process: it must end and recover at its next start.
 */
type JournalWriteErrorCode = 'full' | 'quota' | 'busy' | 'io' | 'corrupt';

/** A write that failed. Nothing of it was kept, or, when `fatal`, nobody knows. */
export class JournalWriteError extends Error {
  override readonly name = 'JournalWriteError';
  readonly code: JournalWriteErrorCode;
  readonly fatal: boolean;

  constructor(code: JournalWriteErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.fatal = code === 'io' || code === 'corrupt';
  }
}
