import type { Clock } from '../ambient/clock.ts';

/** A scrape is answered from memory for so long. */
const FRESH_MS = 1_000;
/** Measuring takes no more than this share of the time, however large the journal is and however many scrape. */
const MOST_TIME_SHARE = 0.05;

export interface ScrapePage {
  readonly contentType: string;
  /** The text of the moment, or of the second before. Rejects when it cannot be measured (the journal is closed). */
  text(): Promise<string>;
}

/** Shares one measurement between all who ask at about the same time. */
export function createScrapePage(options: {
  readonly contentType: string;
  readonly render: () => Promise<string>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}): ScrapePage {
  const { contentType, render, clock } = options;
  let current: Promise<string> | null = null;
  let freshUntilMs = Number.NEGATIVE_INFINITY;

  async function measure(): Promise<string> {
    const startedMs = clock.monotonicMs();
    const text = await render();
    const nowMs = clock.monotonicMs();
    freshUntilMs = nowMs + Math.max(FRESH_MS, (nowMs - startedMs) / MOST_TIME_SHARE);
    return text;
  }

  return {
    contentType,
    text() {
      if (current !== null && clock.monotonicMs() < freshUntilMs) return current;
      // While it is under way it counts as fresh.
      freshUntilMs = Number.POSITIVE_INFINITY;
      current = measure();
      current.catch(() => {
        current = null;
      });
      return current;
    },
  };
}
