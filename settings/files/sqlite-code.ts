/**
 * Result codes of SQLite; the low byte of an extended code is the primary one.
 *
 * @see https://www.sqlite.org/rescode.html
 */
export const SQLITE = {
  ERROR: 1,
  BUSY: 5,
  LOCKED: 6,
  READONLY: 8,
  IOERR: 10,
  CORRUPT: 11,
  FULL: 13,
  CANTOPEN: 14,
  CONSTRAINT: 19,
  NOTADB: 26,
} as const;

/** The extended result code of an error thrown by node:sqlite, which has one class for all; null for any other error. */
export function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error)) return null;
  return typeof error.errcode === 'number' ? error.errcode : null;
}

/** The primary one. */
export function primarySqliteCode(error: unknown): number | null {
  const code = sqliteCode(error);
  return code === null ? null : code & 0xff;
}

/** Whether SQLite says that the file is damaged, or no database at all. */
export function isDamaged(error: unknown): boolean {
  const primary = primarySqliteCode(error);
  return primary === SQLITE.CORRUPT || primary === SQLITE.NOTADB;
}

/** Whether another process holds a lock. */
export function isBusy(error: unknown): boolean {
  const primary = primarySqliteCode(error);
  return primary === SQLITE.BUSY || primary === SQLITE.LOCKED;
}
