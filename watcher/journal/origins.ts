import type { DatabaseSync } from 'node:sqlite';
import type { BatchOrigin, StoredEvent } from '../ingest/lifecycle-journal.ts';

/** Name of the fact that holds since when a stream has been followed change by change. */
export function sinceFact(stream: BatchOrigin['stream']): string {
  return `followed_since_${stream}`;
}

/** Stores where the events of a batch come from. Part of a transaction that is under way. */
export function createOriginStore(
  database: DatabaseSync,
): (origin: BatchOrigin, stored: readonly StoredEvent[]) => void {
  const insert = database.prepare('INSERT INTO origin VALUES (?, ?, ?, ?, ?)');
  return ({ stream, after, upTo }, stored) => {
    const first = stored[0]?.sequence;
    const last = stored.at(-1)?.sequence;
    if (first !== undefined && last !== undefined) insert.run(last, first, stream, after, upTo);
  };
}
