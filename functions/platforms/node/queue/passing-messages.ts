import type { DatabaseSync } from 'node:sqlite';
import { joinBytes } from '../../../../protocol/bytes/join-bytes.ts';
import type { CarriedSignature } from '../../../ingress/carried-signature.ts';
import type { HandoffMessage } from '../../../ingress/handoff.ts';
import { allOrNothing } from '../sqlite/all-or-nothing.ts';
import type { Commit } from '../sqlite/group-commit.ts';

export type PassingMessages = {
  /** Stores them, within the transaction of who calls; says as what. */
  store(messages: readonly HandoffMessage[]): number;
  /** Removes them, and what was stored before them. */
  remove(id: number): Promise<void>;
};

/** Of one message: how long its body is, when it came in, its signed headers and its trace context. */
type Head = readonly [
  bytes: number,
  receivedAtMs: number,
  signed: CarriedSignature | null,
  traceparent: string | null,
];

const SCHEMA = `CREATE TABLE IF NOT EXISTS passing (id INTEGER PRIMARY KEY AUTOINCREMENT, heads TEXT NOT NULL, bodies BLOB NOT NULL)`;
const RETURN = `INSERT INTO queue (body, received_at_ms, due_at_ms, signed, traceparent) VALUES (?, ?, ?, ?, ?)`;

/**
 * Messages that no handler wants: as durable as any when they are acknowledged, and removed a moment later. Nothing is
 * asked of a single one in between, so those of a turn of the event loop are one row, body after body: half the pages of
 * a row for each, which shares them badly, and no index.
 */
export function createPassingMessages(
  database: DatabaseSync,
  { commitOutcome }: { readonly commitOutcome: Commit },
): PassingMessages {
  database.exec(SCHEMA);
  const insert = database.prepare('INSERT INTO passing (heads, bodies) VALUES (?, ?)');
  const remove = database.prepare('DELETE FROM passing WHERE id <= ?');
  return {
    store: (messages) => {
      const heads = messages.map(
        ({ body, receivedAtMs, signed = null, traceparent = null }): Head => [
          body.byteLength,
          receivedAtMs,
          signed,
          traceparent,
        ],
      );
      const bodies = messages.map(({ body }) => body);
      const bytes = heads.reduce((sum, [length]) => sum + length, 0);
      return Number(insert.run(JSON.stringify(heads), joinBytes(bodies, bytes)).lastInsertRowid);
    },
    remove: (id) => commitOutcome(() => void remove.run(id)),
  };
}

/**
 * Puts into the queue what an earlier process has not removed any more: a handler of this one may want it.
 *
 * @param database with the tables of both.
 */
export function returnPassing(database: DatabaseSync): void {
  database.exec(SCHEMA);
  const put = database.prepare(RETURN);
  allOrNothing(database, () => {
    for (const { heads, bodies } of database.prepare('SELECT heads, bodies FROM passing ORDER BY id').all()) {
      let at = 0;
      for (const [bytes, receivedAtMs, signed, traceparent] of JSON.parse(String(heads)) as readonly Head[]) {
        const body = (bodies as Uint8Array).subarray(at, at + bytes);
        put.run(
          body,
          receivedAtMs,
          receivedAtMs,
          signed === null ? null : JSON.stringify(signed),
          traceparent,
        );
        at += bytes;
      }
    }
    database.exec('DELETE FROM passing');
  });
}
