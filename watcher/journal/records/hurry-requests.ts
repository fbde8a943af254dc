import type { DatabaseSync } from 'node:sqlite';
import { textOf } from '../database/column.ts';
import type { Writer } from '../database/writer.ts';

const PREFIX = 'hurry/';

/** Asks whoever delivers to try a subscription now; part of a transaction that is under way. */
export function requestHurry(database: DatabaseSync, subscription: string): void {
  database.prepare('INSERT OR REPLACE INTO fact VALUES (?, 1)').run(PREFIX + subscription);
}

/** Takes the requests: the subscriptions that are to be tried now, each once. */
export function createHurryRequests(database: DatabaseSync, writer: Writer): () => readonly string[] {
  const isRequest = `name >= '${PREFIX}' AND name < '${PREFIX.slice(0, -1)}0'`;
  const select = database.prepare(`SELECT name FROM fact WHERE ${isRequest}`);
  const forget = database.prepare(`DELETE FROM fact WHERE ${isRequest}`);
  const take = () => {
    const names = select.all().map((row) => textOf(row, 'name').slice(PREFIX.length));
    if (names.length > 0) writer.transaction(() => forget.run());
    return names;
  };
  // A start tries everything at once.
  take();
  return take;
}
