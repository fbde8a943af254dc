import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Texts differ by which filters are given; what is asked again and again stays prepared. */
const MOST_PREPARED = 100;

/** Prepares each text once. */
export function createPrepare(database: DatabaseSync): (text: string) => StatementSync {
  const prepared = new Map<string, StatementSync>();
  return (text) => {
    const known = prepared.get(text);
    if (known !== undefined) return known;
    if (prepared.size >= MOST_PREPARED) prepared.clear();
    const statement = database.prepare(text);
    prepared.set(text, statement);
    return statement;
  };
}
