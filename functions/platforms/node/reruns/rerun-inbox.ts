import type { DatabaseSync } from 'node:sqlite';
import type { HandlerOfEvent, Rerun } from '../../../consumer/rerun-handler.ts';

/** @property claimedBy who says that they ask; whoever can write here can say anything. */
type WaitingRerun = HandlerOfEvent & { readonly id: number; readonly claimedBy: string | null };

/** Wishes to run handlers again, in the receiver's own database: left there by another process, answered by the receiver. */
export type RerunInbox = {
  /** Leaves these, all or none, and gives their ids; of one that waits already, the id that it has. */
  leave(handlers: readonly HandlerOfEvent[], claimedBy: string | null, nowMs: number): readonly number[];
  /** What became of those that the receiver has answered. */
  answers(ids: readonly number[]): ReadonlyMap<number, Rerun['kind']>;
  /** The oldest that are not answered. */
  waiting(limit: number): readonly WaitingRerun[];
  answer(id: number, kind: Rerun['kind']): void;
  /** Forgets what was answered and left before that time. */
  forgetBefore(timeMs: number): void;
};

const SCHEMA = `CREATE TABLE IF NOT EXISTS rerun_requests (id INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL, handler TEXT NOT NULL, claimed_by TEXT, left_at_ms INTEGER NOT NULL, answer TEXT);
  CREATE UNIQUE INDEX IF NOT EXISTS rerun_requests_waiting ON rerun_requests (event_id, handler)
    WHERE answer IS NULL;`;

const LEAVE = `INSERT INTO rerun_requests (event_id, handler, claimed_by, left_at_ms)
  SELECT value ->> '$.eventId', value ->> '$.handler', ?, ? FROM json_each(?) WHERE true ORDER BY key
  ON CONFLICT (event_id, handler) WHERE answer IS NULL DO UPDATE SET left_at_ms = left_at_ms RETURNING id`;
const ANSWERS = `SELECT id, answer FROM rerun_requests
  WHERE id IN (SELECT value FROM json_each(?)) AND answer IS NOT NULL`;
const WAITING = `SELECT id, event_id, handler, claimed_by FROM rerun_requests
  WHERE answer IS NULL ORDER BY id LIMIT ?`;

/** Opens it, creating its table where it is missing. */
export function createRerunInbox(database: DatabaseSync): RerunInbox {
  database.exec(SCHEMA);
  const leave = database.prepare(LEAVE);
  const answers = database.prepare(ANSWERS);
  const waiting = database.prepare(WAITING);
  const answer = database.prepare('UPDATE rerun_requests SET answer = ? WHERE id = ?');
  const forget = database.prepare('DELETE FROM rerun_requests WHERE answer IS NOT NULL AND left_at_ms < ?');
  return {
    leave: (handlers, claimedBy, nowMs) =>
      leave.all(claimedBy, nowMs, JSON.stringify(handlers)).map(({ id }) => Number(id)),
    answers: (ids) => {
      const found = answers.all(JSON.stringify(ids));
      return new Map(found.map(({ id, answer }) => [Number(id), String(answer) as Rerun['kind']]));
    },
    waiting: (limit) =>
      waiting.all(limit).map((row) => ({
        id: Number(row.id),
        eventId: String(row.event_id),
        handler: String(row.handler),
        claimedBy: typeof row.claimed_by === 'string' ? row.claimed_by : null,
      })),
    answer: (id, kind) => void answer.run(kind, id),
    forgetBefore: (timeMs) => void forget.run(timeMs),
  };
}
