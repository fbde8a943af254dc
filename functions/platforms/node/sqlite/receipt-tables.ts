import type { DatabaseSync } from 'node:sqlite';
import { allOrNothing } from './all-or-nothing.ts';

/**
 * - `receipt_log`: one row an event, in the order in which they came. Ids are never given again.
 * - `receipt_keys`: what they are found by.
 * - `receipts_keyed`: one row, up to which receipt all keys are written.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS receipt_log (id INTEGER PRIMARY KEY, event_id TEXT NOT NULL, stored_at_ms INTEGER NOT NULL,
    told TEXT);
  CREATE TABLE IF NOT EXISTS receipt_keys (key TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (key, id)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS receipts_keyed (up_to INTEGER NOT NULL);
  INSERT INTO receipts_keyed SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM receipts_keyed);`;

const LAST_ID = `SELECT max(up_to, ifnull((SELECT max(id) FROM receipt_log), 0)) AS id FROM receipts_keyed`;
const TABLE_OF_BEFORE = `SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'recent_receipts'`;
const TAKE_OVER = `INSERT INTO receipt_log (id, event_id, stored_at_ms, told)
  SELECT id + ?, event_id, stored_at_ms, told FROM recent_receipts ORDER BY id`;

/**
 * Creates the tables of the receipts where they are missing. The version before gathered new receipts, some ten thousand at
 * most, in a table of its own: they are taken over.
 */
export function openReceiptTables(database: DatabaseSync): void {
  allOrNothing(database, () => {
    database.exec(SCHEMA);
    if (database.prepare(TABLE_OF_BEFORE).get() === undefined) return;
    database.prepare(TAKE_OVER).run(lastReceiptId(database));
    database.exec('DROP TABLE recent_receipts');
  });
}

/** No receipt has had a higher one, also of those that are forgotten. */
export function lastReceiptId(database: DatabaseSync): number {
  return Number(database.prepare(LAST_ID).get()?.id);
}
