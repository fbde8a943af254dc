const DAY_MS = 86_400_000;
const MOST_DAYS = 36_500;

/**
 * What `AUDIT_RETENTION_DAYS` says, in milliseconds; null (for ever) when it is empty or not set.
 *
 * @throws RangeError for anything but a whole number of days from 1 to 36,500.
 */
export function auditRetentionMs(days: string | undefined): number | null {
  if (days === undefined || days.trim() === '') return null;
  if (!/^\d{1,5}$/.test(days) || Number(days) < 1 || Number(days) > MOST_DAYS) {
    throw new RangeError(`AUDIT_RETENTION_DAYS must be a whole number of days from 1 to ${MOST_DAYS}`);
  }
  return Number(days) * DAY_MS;
}
