import { zoneOffsetMs } from './zone-offset.ts';

/** A line of the time axis. `day` ones begin a day of the reader; `minor` ones carry no text. */
type Tick = { readonly atMs: number; readonly kind: 'day' | 'time' | 'minor' };

export type Ticks = { readonly stepMs: number; readonly ticks: readonly Tick[] };

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Steps that people count in, each with the parts it is divided into. */
const STEPS: readonly (readonly [stepMs: number, parts: number])[] = [
  [100, 5],
  [200, 4],
  [500, 5],
  [SECOND, 5],
  [2 * SECOND, 4],
  [5 * SECOND, 5],
  [10 * SECOND, 5],
  [15 * SECOND, 3],
  [30 * SECOND, 6],
  [MINUTE, 6],
  [2 * MINUTE, 4],
  [5 * MINUTE, 5],
  [10 * MINUTE, 5],
  [15 * MINUTE, 3],
  [30 * MINUTE, 6],
  [HOUR, 6],
  [2 * HOUR, 4],
  [3 * HOUR, 3],
  [6 * HOUR, 6],
  [12 * HOUR, 4],
  [DAY, 4],
  [2 * DAY, 4],
  [7 * DAY, 7],
  [14 * DAY, 7],
];

/**
 * The axis of a stretch of time: as many labelled ticks as fit without crowding, on round times of the reader's zone.
 *
 * @param room how many labelled ticks fit.
 */
export function ticksBetween(
  fromMs: number,
  toMs: number,
  { room, timeZone }: { readonly room: number; readonly timeZone: string },
): Ticks {
  const wanted = (toMs - fromMs) / Math.max(1, room);
  const [stepMs, parts] = STEPS.find(([step]) => step >= wanted) ?? [28 * DAY, 4];
  const minorMs = stepMs / parts;
  const ticks: Tick[] = [];
  const offsetMs = zoneOffsetMs(fromMs, timeZone);
  const firstLocal = Math.floor((fromMs + offsetMs) / minorMs) * minorMs;
  for (let local = firstLocal; ; local += minorMs) {
    // Clocks change by whole or half hours: shorter steps keep their places across the change.
    const guessMs = local - offsetMs;
    const atMs = minorMs < HOUR / 2 ? guessMs : local - zoneOffsetMs(guessMs, timeZone);
    if (atMs > toMs) return { stepMs, ticks };
    const labelled = local % stepMs === 0;
    const kind = !labelled ? 'minor' : local % DAY === 0 ? 'day' : 'time';
    if (atMs >= fromMs) ticks.push({ atMs, kind });
  }
}
