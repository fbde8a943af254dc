import type { Clock } from '../../../settings/ambient/clock.ts';

type StreamBound = {
  /** Counts a stream until it leaves; null when there are too many. */
  enter(endsAtMs: number): (() => void) | null;
};

/**
 * At most so many streams at the same time in this process. A stream also counts as gone once its own end has
 * passed: a platform may drop a request without letting it say goodbye.
 */
export function createStreamBound(most: number, clock: Clock): StreamBound {
  const streams = new Set<{ readonly endsAtMs: number }>();
  return {
    enter: (endsAtMs) => {
      for (const stream of streams) if (stream.endsAtMs < clock.nowMs()) streams.delete(stream);
      if (streams.size >= most) return null;
      const stream = { endsAtMs };
      streams.add(stream);
      return () => void streams.delete(stream);
    },
  };
}
