import type { DatabaseSync } from 'node:sqlite';
import type { LifecycleEvent } from '../../../../protocol/event/lifecycle-event.ts';
import type { Handoff, HandoffMessage } from '../../../ingress/handoff.ts';
import { allOrNothing } from '../sqlite/all-or-nothing.ts';
import { type Commit, commitAlone } from '../sqlite/group-commit.ts';
import { createPrepare } from '../sqlite/prepared.ts';
import { createFreshMessages, type FreshMessage } from './fresh-messages.ts';
import { createGatheredIds } from './gathered-ids.ts';
import { returnPassing } from './passing-messages.ts';

/** A stored message; `id` grows with arrival. */
export type QueuedMessage = FreshMessage & { readonly id: number };

export type SqliteQueue = Handoff & {
  /**
   * Enqueues the message unless `wanted`, which runs first and in the same transaction, says that nobody needs it.
   *
   * @param event what the message says, where it was read already: it comes back with the message, the first time.
   * @returns its id; null when it was not enqueued.
   * @throws Error when the queue is full or it cannot be stored; whatever `wanted` wrote is undone then.
   */
  enqueueIf(message: HandoffMessage, wanted: () => boolean, event?: LifecycleEvent): Promise<number | null>;
  /** How many messages are stored. */
  waiting(): number;
  isFull(): boolean;
  /** When the message came in that has been stored for longest, in milliseconds since the epoch; null without one. */
  oldestReceivedAtMs(): number | null;
  /** How many messages are stored whose handlers have not run once. */
  unhandled(): number;
  /** Messages that are due, oldest first, without those in `except`. */
  due(nowMs: number, except: ReadonlySet<number>, limit: number): readonly QueuedMessage[];
  /** When the next message is due after that time, both in milliseconds since the epoch; null without one. */
  nextDueMs(afterMs: number): number | null;
  done(id: number): Promise<void>;
  retryAt(id: number, timeMs: number): Promise<void>;
  /** Keeps the message among the dead letters. */
  bury(id: number, reason: string, nowMs: number): Promise<void>;
  deadCount(): number;
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

const COUNT = `SELECT COUNT(*) AS messages, COUNT(*) FILTER (WHERE due_at_ms <= received_at_ms) AS unhandled
  FROM queue`;
const INSERT = `INSERT INTO queue (body, received_at_ms, due_at_ms, signed, traceparent)
  VALUES (?, ?, ?, ?, ?)`;
const REMOVE = `DELETE FROM queue WHERE id IN (SELECT value FROM json_each(?))
  RETURNING due_at_ms <= received_at_ms AS first`;
const IS_FIRST = 'SELECT due_at_ms <= received_at_ms AS first FROM queue WHERE id = ?';
const POSTPONE = 'UPDATE queue SET due_at_ms = MAX(?, received_at_ms + 1) WHERE id = ?';
const OLDEST = 'SELECT received_at_ms FROM queue ORDER BY id LIMIT 1';
const DEAD =
  'SELECT body, received_at_ms, signed, traceparent, reason FROM dead_letters ORDER BY id LIMIT 1000';
const BURY = `INSERT INTO dead_letters (id, body, received_at_ms, signed, traceparent, reason, buried_at_ms)
  SELECT id, body, received_at_ms, signed, traceparent, ?, ? FROM queue WHERE id = ?`;

/**
 * @property commit writes together with what others write; alone by default.
 * @property commitOutcome of what became of a message, which nobody waits for.
 */
type SqliteQueueOptions = {
  readonly maxWaiting?: number;
  readonly commit?: Commit;
  readonly commitOutcome?: Commit;
};

/**
 * A durable queue in the receiver's own database. Which messages are being worked on is known only to the running
 * process, so after a crash all of them are due again. A message is due when it was received until its handlers have run
 * once, later ever after.
 */
export function createSqliteQueue(
  database: DatabaseSync,
  { maxWaiting = DEFAULT_MAX_WAITING, commit = commitAlone, commitOutcome = commit }: SqliteQueueOptions = {},
): SqliteQueue {
  openTables(database);
  returnPassing(database);
  const prepare = createPrepare(database);
  const insert = prepare(INSERT);
  // Both are answered by the index alone.
  const due = prepare('SELECT id FROM queue WHERE due_at_ms <= ? ORDER BY due_at_ms, id LIMIT ?');
  const next = prepare('SELECT MIN(due_at_ms) AS due FROM queue WHERE due_at_ms > ?');
  const stored = prepare('SELECT body, received_at_ms, signed, traceparent FROM queue WHERE id = ?');
  const fresh = createFreshMessages();
  const forget = prepare('DELETE FROM dead_letters WHERE buried_at_ms < ?');
  const counts = countMessages(database);

  const enqueueIf: SqliteQueue['enqueueIf'] = async (message, wanted, event) => {
    let added: number | null = null;
    /** It was not stored after all. */
    const takeBack = () => {
      if (added !== null) counts.add(-1, -1);
      added = null;
    };
    const work = () => {
      takeBack();
      if (!wanted()) return;
      if (counts.all >= maxWaiting) throw new Error(`the queue is full (${maxWaiting} events)`);
      const { body, receivedAtMs, signed, traceparent = null } = message;
      const headers = signed === undefined ? null : JSON.stringify(signed);
      added = Number(insert.run(body, receivedAtMs, receivedAtMs, headers, traceparent).lastInsertRowid);
      counts.add(1, 1);
    };
    try {
      await commit(() => allOrNothing(database, work));
      if (added !== null) fresh.add(added, { message, event });
      return added;
    } catch (error) {
      takeBack();
      throw error;
    }
  };
  const removal = prepare(REMOVE);
  // Rows with names cost as much as to remove them.
  removal.setReturnArrays(true);
  /** Says of each that was there whether its handlers had not run before. */
  const remove = (ids: readonly number[]): readonly boolean[] =>
    removal.all(JSON.stringify(ids)).map((row) => row[0] === 1);
  const removed = (firsts: readonly boolean[]) =>
    counts.add(-firsts.length, -firsts.filter((first) => first).length);
  const removeTogether = createGatheredIds((take) => commitOutcome(() => remove(take())).then(removed));

  return {
    enqueueIf,
    enqueue: async (message) => void (await enqueueIf(message, () => true)),
    waiting: () => counts.all,
    isFull: () => counts.all >= maxWaiting,
    oldestReceivedAtMs: () => {
      const row = prepare(OLDEST).get();
      return row === undefined ? null : Number(row.received_at_ms);
    },
    unhandled: () => counts.unhandled,
    due: (nowMs, except, limit) =>
      due
        .all(nowMs, limit + except.size)
        .map(({ id }) => Number(id))
        .filter((id) => !except.has(id))
        .slice(0, limit)
        .map((id) => ({ id, ...(fresh.take(id) ?? { message: messageOf(stored.get(id) ?? {}) }) })),
    nextDueMs: (afterMs) => {
      const row = next.get(afterMs);
      return typeof row?.due === 'number' ? row.due : null;
    },
    done: (id) => {
      fresh.take(id);
      return removeTogether(id);
    },
    retryAt: async (id, timeMs) => {
      const first = await commitOutcome(() => {
        const row = prepare(IS_FIRST).get(id);
        prepare(POSTPONE).run(timeMs, id);
        return row?.first === 1;
      });
      counts.add(0, first ? -1 : 0);
    },
    bury: async (id, reason, nowMs) => {
      const bury = () => {
        prepare(BURY).run(reason, nowMs, id);
        return remove([id]);
      };
      removed(await commitOutcome(() => allOrNothing(database, bury)));
    },
    deadCount: () => Number(prepare('SELECT COUNT(*) AS n FROM dead_letters').get()?.n),
    deadLetters: () =>
      prepare(DEAD)
        .all()
        .map((row) => ({ message: messageOf(row), reason: String(row.reason) })),
    forgetDeadBefore: (timeMs) => void forget.run(timeMs),
  };
}

/** Counted once; afterwards every change is. */
function countMessages(database: DatabaseSync) {
  const row = database.prepare(COUNT).get();
  const counts = { all: Number(row?.messages), unhandled: Number(row?.unhandled) };
  const add = (messages: number, unhandled: number) => {
    counts.all += messages;
    counts.unhandled += unhandled;
  };
  return Object.assign(counts, { add });
}

function messageOf(row: Readonly<Record<string, unknown>>): HandoffMessage {
  const body = row.body instanceof Uint8Array ? new Uint8Array(row.body) : new Uint8Array();
  return {
    body,
    receivedAtMs: Number(row.received_at_ms),
    ...(typeof row.signed === 'string' && { signed: JSON.parse(row.signed) }),
    ...(typeof row.traceparent === 'string' && { traceparent: row.traceparent }),
  };
}

/** Columns that files of earlier versions lack: the verified headers, and the trace context. */
const LATER_COLUMNS = ['signed', 'traceparent'];

function openTables(database: DatabaseSync): void {
  database.exec(SCHEMA);
  for (const table of ['queue', 'dead_letters']) {
    const rows = database.prepare(`SELECT name FROM pragma_table_info('${table}')`).all();
    const columns = new Set(rows.map(({ name }) => name));
    for (const column of LATER_COLUMNS)
      if (!columns.has(column)) database.exec(`ALTER TABLE ${table} ADD COLUMN ${column} TEXT`);
  }
}
