import type { TimelineEntry } from '../../../timeline/timeline.ts';
import { spanOf, type TimeView } from '../../model/time/time-view.ts';
import { oldestOf, shortSpan } from './opening-view.ts';

type GrowingSpanDeps = {
  readonly camera: { view(): TimeView; follow(spanMs: number): void };
  /** The events that the page opened with. */
  readonly first: readonly TimelineEntry[];
  /** Where everything the reader does arrives. */
  readonly hands: EventTarget;
  nowMs(): number;
};

const ACTIONS = ['pointerdown', 'keydown', 'wheel'] as const;

/**
 * Lets the first view grow with a short history, from one preset to the next, so that its beginning stays on screen:
 * up to 15 minutes, while it follows the present, and until the reader does anything.
 */
export function createGrowingSpan({ camera, first, hands, nowMs }: GrowingSpanDeps) {
  let oldestMs = oldestOf(first);
  let spanMs = shortSpan(oldestMs, nowMs());
  const stop = () => {
    spanMs = null;
  };
  for (const action of ACTIONS) {
    hands.addEventListener(action, stop, { capture: true, once: true, passive: true });
  }

  return {
    /** News from the live feed; what is loaded because the reader went back does not count. */
    learn(entries: readonly TimelineEntry[]): void {
      oldestMs = Math.min(oldestMs, oldestOf(entries));
    },
    /** Time has passed. */
    update(): void {
      if (spanMs === null) return;
      const view = camera.view();
      const next = shortSpan(oldestMs, nowMs());
      // Something else has moved it, for example a link to an event.
      const moved = !view.following || Math.abs(spanOf(view) - spanMs) > 1;
      if (moved || next === null) spanMs = null;
      else if (next > spanMs) {
        spanMs = next;
        camera.follow(next);
      }
    },
  };
}
