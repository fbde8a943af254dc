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

/** A receiver that fails is asked this often at least, so that nobody waits for hours once it is back. */
export const LONGEST_PROBE_WAIT_MS = 5 * MINUTE;

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
  return wait === undefined ? null : spread(wait, random);
}

/**
 * How long to wait before the next probe of a receiver that has failed `rounds` times in a row (from 1): the schedule,
 * but never longer than five minutes.
 *
 * @param random in [0, 1).
 * @returns milliseconds, ±20 %.
 */
export function nextProbeDelayMs(schedule: readonly number[], rounds: number, random: number): number {
  const wait = schedule[Math.min(rounds, schedule.length) - 1] ?? 0;
  return spread(Math.min(wait, LONGEST_PROBE_WAIT_MS), random);
}

/**
 * Whether a delivery has been tried for as long as its schedule lasts, whoever it was that failed.
 *
 * @param attempts made so far. After as many as the schedule has, its waits can have been shorter by the jitter.
 * @param triedForMs for how long it waited while its receiver was being asked.
 */
export function isOutlived(schedule: readonly number[], attempts: number, triedForMs: number): boolean {
  const lastsMs = lastsForMs(schedule);
  return triedForMs >= (attempts === schedule.length + 1 ? (1 - JITTER) * lastsMs : lastsMs);
}

/** From the first attempt to the last one, without the jitter. */
export function lastsForMs(schedule: readonly number[]): number {
  return schedule.reduce((sum, wait) => sum + wait, 0);
}

function spread(wait: number, random: number): number {
  return wait * (1 - JITTER + 2 * JITTER * random);
}
