import type { TimelineEntry } from '../../../timeline/timeline.ts';
import type { Trail } from '../../model/runs/trail.ts';

/** The page holds so many events; beyond them the oldest go. */
const MAX_ENTRIES = 80_000;
/** What arrives in a burst is shown at once. */
const GATHER_MS = 120;

/**
 * Where everything that arrives comes in.
 *
 * @param onFull the page held too much: everything since `keptFromMs` is still there.
 */
export function createEntryIntake(trail: Trail, on: { onChange(): void; onFull(keptFromMs: number): void }) {
  let gathering = 0;

  function changed(): void {
    if (gathering !== 0) return;
    gathering = window.setTimeout(() => {
      gathering = 0;
      on.onChange();
    }, GATHER_MS);
  }

  return {
    take(entries: readonly TimelineEntry[]): void {
      if (!trail.add(entries)) return;
      const keptFromMs = trail.trim(MAX_ENTRIES);
      if (keptFromMs !== null) on.onFull(keptFromMs);
      changed();
    },
    changed,
  };
}
