import { occurrenceOf } from '../lifecycle/held-notices.ts';
import type { KubeletNotice } from '../lifecycle/snapshot/kubelet-notice.ts';

/**
 * How far the stream of Events was read, and how far that may be stored: an Event that waits for its Pod is in no
 * journal, so what is stored stays before it, and it is read again after a crash. That lags by no longer than Events are
 * held.
 */
interface EventPosition {
  /**
   * A batch was read.
   *
   * @param upTo null when it moves no resume point
   * @param held what waits for its Pod, this batch's included
   */
  read(upTo: string | null, held: readonly KubeletNotice[]): void;
  /** Where reading goes on; null before the first complete list. */
  resumePoint(): string | null;
  /** What is to be stored, given what still waits; null when that is stored already. */
  unstored(held: readonly KubeletNotice[]): string | null;
  stored(resourceVersion: string): void;
  /** What was read and not stored is void: it comes again. */
  reset(): void;
}

/** @param stored what the journal has. */
export function createEventPosition(stored: string | null): EventPosition {
  /** By occurrence, in the order in which they came: the resume point from before it. */
  const waiting = new Map<string, string | null>();
  let kept = stored;
  let latest = stored;
  return {
    read(upTo, held) {
      for (const key of held.map(occurrenceOf)) if (!waiting.has(key)) waiting.set(key, latest);
      latest = upTo ?? latest;
    },
    resumePoint: () => latest,
    unstored(held) {
      const keys = new Set(held.map(occurrenceOf));
      for (const key of waiting.keys()) if (!keys.has(key)) waiting.delete(key);
      const [oldest] = waiting.values();
      const point = oldest === undefined ? latest : oldest;
      return point === kept ? null : point;
    },
    stored(resourceVersion) {
      kept = resourceVersion;
    },
    reset() {
      waiting.clear();
      latest = kept;
    },
  };
}
