import { parseMoment } from '../model/page-moment.ts';
import { followNow, type View } from '../model/view.ts';
import type { TimelineEntry } from '../timeline.ts';

const MINUTE = 60_000;
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
 * What the page shows first: the stretch its address names, else the shortest one up to the present in which enough has
 * happened.
 */
export function openingView(fragment: string, entries: readonly TimelineEntry[], nowMs: number): View {
  const { fromMs, toMs } = parseMoment(fragment);
  if (fromMs !== null && toMs !== null) return { fromMs, toMs, following: false };
  const enough = Math.min(ENOUGH, entries.length);
  const spanMs = SPANS.find(
    (span) => entries.filter(({ occurredAtMs }) => occurredAtMs > nowMs - span).length >= enough,
  );
  return followNow(spanMs ?? SPANS.at(-1) ?? MINUTE, nowMs);
}
