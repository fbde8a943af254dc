import type { DatabaseSync } from 'node:sqlite';
import type { Handoff, HandoffMessage } from '../ingress/handoff.ts';

/** A stored message; `id` grows with arrival. */
export type QueuedMessage = { readonly id: number; readonly message: HandoffMessage };

export type SqliteQueue = Handoff & {
  /** Messages that are due, oldest first, without those in `except`. */
  due(nowMs: number, except: ReadonlySet<number>, limit: number): readonly QueuedMessage[];
  /** When the next message that is not in `except` is due, in milliseconds since the epoch; null without one. */
  nextDueMs(except: ReadonlySet<number>): number | null;
  done(id: number): void;
  retryAt(id: number, timeMs: number): void;
  /** Keeps the message among the dead letters. */
  bury(id: number, reason: string, nowMs: number): void;
  deadLetters(): readonly { readonly message: HandoffMessage; readonly reason: string }[];
  /** Forgets dead letters buried before that time. */
  forgetDeadBefore(timeMs: number): void;
};

/** Beyond this many waiting events the receiver answers 503, and the sender keeps them. */
const DEFAULT_MAX_WAITING = 100_000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS queue (id INTEGER PRIMARY KEY AUTOINCREMENT, body BLOB NOT NULL,
    received_at_ms INTEGER NOT NULL, due_at_ms INTEGER NOT NULL);
  CREATE INDEX IF NOT EXISTS queue_due ON queue (due_at_ms, id);
  CREATE TABLE IF NOT EXISTS dead_letters (id INTEGER PRIMARY KEY, body BLOB NOT NULL,
    received_at_ms INTEGER NOT NULL, reason TEXT NOT NULL, buried_at_ms INTEGER NOT NULL);`;

const BURY = `INSERT INTO dead_letters (id, body, received_at_ms, signed, reason, buried_at_ms)
  SELECT id, body, received_at_ms, signed, ?, ? FROM queue WHERE id = ?`;

/**
 * A durable queue in the receiver's own database. Which messages are being worked on is known only to the running
 * process, so after a crash all of them are due again.
 */
export function createSqliteQueue(database: DatabaseSync, maxWaiting = DEFAULT_MAX_WAITING): SqliteQueue {
  openTables(database);
  const waiting = database.prepare('SELECT COUNT(*) AS waiting FROM queue');
  const insert = database.prepare(
    'INSERT INTO queue (body, received_at_ms, due_at_ms, signed) VALUES (?, ?, ?, ?)',
  );
  const due = database.prepare(`SELECT id, body, received_at_ms, signed FROM queue
    WHERE due_at_ms <= ? AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY due_at_ms, id LIMIT ?`);
  const next = database.prepare(
    'SELECT MIN(due_at_ms) AS due FROM queue WHERE id NOT IN (SELECT value FROM json_each(?))',
  );
  const remove = database.prepare('DELETE FROM queue WHERE id = ?');
  const postpone = database.prepare('UPDATE queue SET due_at_ms = ? WHERE id = ?');
  const bury = database.prepare(BURY);
  const dead = database.prepare(
    'SELECT body, received_at_ms, signed, reason FROM dead_letters ORDER BY id LIMIT 1000',
  );
  const forget = database.prepare('DELETE FROM dead_letters WHERE buried_at_ms < ?');

  return {
    enqueue: async ({ body, receivedAtMs, signed }) => {
      if (Number(waiting.get()?.waiting) >= maxWaiting)
        throw new Error(`the queue is full (${maxWaiting} events)`);
      insert.run(body, receivedAtMs, receivedAtMs, signed === undefined ? null : JSON.stringify(signed));
    },
    due: (nowMs, except, limit) =>
      due.all(nowMs, idList(except), limit).map((row) => ({ id: Number(row.id), message: messageOf(row) })),
    nextDueMs: (except) => {
      const row = next.get(idList(except));
      return typeof row?.due === 'number' ? row.due : null;
    },
    done: (id) => void remove.run(id),
    retryAt: (id, timeMs) => void postpone.run(timeMs, id),
    bury: (id, reason, nowMs) => {
      inTransaction(database, () => {
        bury.run(reason, nowMs, id);
        remove.run(id);
      });
    },
    deadLetters: () => dead.all().map((row) => ({ message: messageOf(row), reason: String(row.reason) })),
    forgetDeadBefore: (timeMs) => void forget.run(timeMs),
  };
}

function idList(ids: ReadonlySet<number>): string {
  return JSON.stringify([...ids]);
}

function messageOf(row: Readonly<Record<string, unknown>>): HandoffMessage {
  const body = row.body instanceof Uint8Array ? new Uint8Array(row.body) : new Uint8Array();
  const message = { body, receivedAtMs: Number(row.received_at_ms) };
  return typeof row.signed === 'string' ? { ...message, signed: JSON.parse(row.signed) } : message;
}

/** Files of an earlier version lack the column of the verified headers. */
function openTables(database: DatabaseSync): void {
  database.exec(SCHEMA);
  for (const table of ['queue', 'dead_letters']) {
    const columns = database.prepare(`SELECT name FROM pragma_table_info('${table}')`).all();
    if (!columns.some(({ name }) => name === 'signed'))
      database.exec(`ALTER TABLE ${table} ADD COLUMN signed TEXT`);
  }
}

function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
