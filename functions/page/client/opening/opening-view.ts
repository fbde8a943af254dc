import type { TimelineEntry } from '../../../timeline/timeline.ts';
import { parseMoment } from '../../model/address/page-moment.ts';
import { followNow, type TimeView } from '../../model/time/time-view.ts';

const MINUTE = 60_000;
/** While everything there is fits one of these, it is shown whole: a short history is not squeezed into a corner. */
const SHORT_SPANS = [MINUTE, 5 * MINUTE, 15 * MINUTE];
const SPANS = [
  15 * MINUTE,
  60 * MINUTE,
  360 * MINUTE,
  1_440 * MINUTE,
  7 * 1_440 * MINUTE,
  31 * 1_440 * MINUTE,
];
/** So many events are enough to begin with. */
const ENOUGH = 24;

/**
 * What the page shows first: the stretch its address names, else the shortest one up to the present that has all
 * events in it; where they do not fit 15 minutes, the shortest in which enough has happened.
 */
export function openingView(fragment: string, entries: readonly TimelineEntry[], nowMs: number): TimeView {
  const { fromMs, toMs } = parseMoment(fragment);
  if (fromMs !== null && toMs !== null) return { fromMs, toMs, following: false };
  const short = shortSpan(oldestOf(entries), nowMs);
  if (short !== null) return followNow(short, nowMs);
  const enough = Math.min(ENOUGH, entries.length);
  const spanMs = SPANS.find(
    (span) => entries.filter(({ occurredAtMs }) => occurredAtMs > nowMs - span).length >= enough,
  );
  return followNow(spanMs ?? SPANS.at(-1) ?? MINUTE, nowMs);
}

/** The shortest span that shows everything since then; null when none up to 15 minutes does. */
export function shortSpan(oldestMs: number, nowMs: number): number | null {
  return SHORT_SPANS.find((span) => followNow(span, nowMs).fromMs <= oldestMs) ?? null;
}

/** When the first of them happened; +Infinity without any. */
export function oldestOf(entries: readonly TimelineEntry[]): number {
  return entries.reduce(
    (oldest, { occurredAtMs }) => Math.min(oldest, occurredAtMs),
    Number.POSITIVE_INFINITY,
  );
}
