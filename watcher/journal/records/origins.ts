import type { DatabaseSync } from 'node:sqlite';
import { type BatchOrigin, type JournalledEvent, originOfEvent } from '../../ingest/lifecycle-journal.ts';

/** What the names of these facts begin with. */
export const SINCE_FACTS = 'followed_since_';

/** Name of the fact that holds since when a stream has been followed change by change. */
export function sinceFact(stream: BatchOrigin['stream']): string {
  return `${SINCE_FACTS}${stream}`;
}

/** In place of a resourceVersion: that of a list which is not complete yet. */
export const UP_TO_UNKNOWN = '';

/** Stores where the events of a batch come from. Part of a transaction that is under way. */
export function createOriginStore(
  database: DatabaseSync,
): (origin: BatchOrigin, stored: readonly JournalledEvent[]) => void {
  const insert = database.prepare('INSERT INTO origin VALUES (?, ?, ?, ?, ?)');
  return (batch, stored) => {
    for (const { first, last, origin } of runsOfOneOrigin(batch, stored)) {
      insert.run(last, first, origin.stream, origin.after, origin.upTo ?? UP_TO_UNKNOWN);
    }
  };
}

type RunOfEvents = { readonly first: number; readonly last: number; readonly origin: BatchOrigin };

/** A row covers the events in a row that follow from the same change. */
function runsOfOneOrigin(batch: BatchOrigin, stored: readonly JournalledEvent[]): readonly RunOfEvents[] {
  const runs: RunOfEvents[] = [];
  for (const { event, sequence } of stored) {
    const origin = originOfEvent(batch, event);
    const before = runs.at(-1);
    if (before?.origin.upTo === origin.upTo && before.origin.after === origin.after)
      runs[runs.length - 1] = { ...before, last: sequence };
    else runs.push({ first: sequence, last: sequence, origin });
  }
  return runs;
}
