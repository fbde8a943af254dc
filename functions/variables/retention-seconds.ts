/**
 * How long it is remembered what was received and who has handled it, unless told otherwise: 16 days. Ids are remembered
 * longer than any sender or queue repeats them (`wire.md`).
 */
export const RETENTION_MS = 16 * 24 * 3_600_000;

/**
 * What `RETENTION_SECONDS` says, in milliseconds; 16 days when it is empty or not set.
 *
 * @throws RangeError for anything but a whole number of seconds above zero, of at most nine digits.
 */
export function retentionMs(seconds: string | undefined): number {
  if (seconds === undefined || seconds === '') return RETENTION_MS;
  if (/^[1-9]\d{0,8}$/.test(seconds)) return Number(seconds) * 1_000;
  throw new RangeError('RETENTION_SECONDS must be a whole number of seconds above zero');
}
