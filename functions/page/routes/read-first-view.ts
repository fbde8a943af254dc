import { HOUR_MS, MAX_WINDOW_MS } from '../../http/page-query.ts';
import type { Timeline, TimelineFilter, WindowPart } from '../../timeline/timeline.ts';
import type { FirstView } from '../model/page-api.ts';

const WINDOW_MS = 6 * HOUR_MS;
/** A container's clock may be a little ahead of ours. */
const AHEAD_MS = 60_000;
const MOST_ENTRIES = 400;
const FEW_ENTRIES = 200;
const MOST_RUNNING = 400;

/**
 * What the page shows first: the last six hours, or where little happened in them, the newest 200 events of the last
 * 31 days; at most 400 events and 400 running containers.
 */
export async function readFirstView(
  timeline: Timeline,
  filter: TimelineFilter,
  nowMs: number,
): Promise<Omit<FirstView, 'csrfToken'>> {
  // The cursor first: what is added while the entries are read is then told twice, never skipped.
  const cursor = await timeline.now();
  const toMs = nowMs + AHEAD_MS;
  const recent = { fromMs: nowMs - WINDOW_MS, toMs, filter };
  const [part, running] = await Promise.all([
    timeline.window(recent, MOST_ENTRIES),
    timeline.running(filter, MOST_RUNNING),
  ]);
  const view = { nowMs, toMs, running, cursor };
  if (part.entries.length >= FEW_ENTRIES) {
    return { ...view, fromMs: recent.fromMs, entries: part.entries, next: part.next };
  }
  const wide = await timeline.window({ fromMs: toMs - MAX_WINDOW_MS, toMs, filter }, FEW_ENTRIES);
  return { ...view, fromMs: Math.min(recent.fromMs, beginning(wide)), entries: wide.entries, next: null };
}

/** From when on the entries are all there are. There may be more of the last one's second if the part was cut there. */
function beginning({ entries, next }: WindowPart): number {
  const oldestMs = entries.at(-1)?.occurredAtMs;
  if (oldestMs === undefined) return Number.POSITIVE_INFINITY;
  return next === null ? oldestMs : oldestMs + 1;
}
