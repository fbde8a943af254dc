const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * Waits before the second, third, … attempt: fifteen attempts over 75.7 hours. The first attempt is immediate.
 */
export const DEFAULT_RETRY_SCHEDULE_MS: readonly number[] = [
  ...[SECOND, 5 * SECOND, 15 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE],
  ...[30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR],
];

/** Spreads retries by this share either way, so that what failed together does not come back together. */
const JITTER = 0.2;

/**
 * How long to wait after the `attempts`-th attempt has failed.
 *
 * @param attempts how many have been made, from 1.
 * @param random in [0, 1).
 * @returns milliseconds, the wait of the schedule ±20 %; null when the schedule is used up.
 */
export function nextDelayMs(schedule: readonly number[], attempts: number, random: number): number | null {
  const wait = schedule[attempts - 1];
  return wait === undefined ? null : wait * (1 - JITTER + 2 * JITTER * random);
}
