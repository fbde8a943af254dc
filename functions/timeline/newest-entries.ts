import type { Timeline, TimelineEntry } from './timeline.ts';

/** The newest events with their runs, oldest first; at most 2,000. */
export async function newestEntries(timeline: Timeline, limit: number): Promise<readonly TimelineEntry[]> {
  const always = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, filter: {} };
  const { entries } = await timeline.window(always, limit);
  return entries.toReversed();
}
