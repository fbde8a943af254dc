import type { Claim, ClaimKey } from '../consumer/claim-store.ts';

/**
 * Receipts and claims in SQLite, behind the one call that a Durable Object's storage and `node:sqlite` have in
 * common. Everything is synchronous, so on both a claim is decided without anyone in between.
 *
 * States of a claim (one row a handler and event):
 *
 * | state       | meaning                              | a new claim answers            |
 * |-------------|--------------------------------------|--------------------------------|
 * | (no row)    | never run                            | `claimed`, attempt 1           |
 * | `running`   | leased until `until_ms`              | `busy`, then `claimed` again   |
 * | `failed`    | next attempt due at `until_ms`       | `busy`, then `claimed` again   |
 * | `completed` | done                                 | `completed`                    |
 * | `givenUp`   | attempts used up                     | `givenUp`                      |
 *
 * `completed` and `givenUp` are final, except that a late success turns `givenUp` into `completed`.
 */
export type Exec = (statement: string, ...values: readonly (string | number)[]) => readonly SqlRow[];
export type SqlRow = Readonly<Record<string, unknown>>;

export type ClaimTable = {
  hasReceipt(eventId: string): boolean;
  addReceipt(eventId: string, nowMs: number): void;
  claim(key: ClaimKey, leaseMs: number, nowMs: number): Claim;
  complete(key: ClaimKey, nowMs: number): void;
  fail(key: ClaimKey, attempt: number, retryAtMs: number | null): void;
  /** Forgets what was last touched before that time. */
  forgetBefore(timeMs: number): void;
};

/** Ids are remembered longer than any sender or queue repeats them (`wire.md`). */
export const RETENTION_MS = 16 * 24 * 3_600_000;

const SCHEMA = [
  `CREATE TABLE IF NOT EXISTS receipts (event_id TEXT PRIMARY KEY, stored_at_ms INTEGER NOT NULL) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS claims (
     event_id TEXT NOT NULL, handler TEXT NOT NULL, state TEXT NOT NULL, attempt INTEGER NOT NULL,
     until_ms INTEGER NOT NULL, touched_at_ms INTEGER NOT NULL, PRIMARY KEY (event_id, handler)) WITHOUT ROWID`,
];

const START = `INSERT INTO claims (event_id, handler, state, attempt, until_ms, touched_at_ms)
  VALUES (?, ?, 'running', 1, ?, ?)
  ON CONFLICT DO UPDATE SET state = 'running', attempt = attempt + 1, until_ms = excluded.until_ms,
    touched_at_ms = excluded.touched_at_ms
  RETURNING attempt`;

const COMPLETE = `INSERT INTO claims (event_id, handler, state, attempt, until_ms, touched_at_ms)
  VALUES (?, ?, 'completed', 1, 0, ?)
  ON CONFLICT DO UPDATE SET state = 'completed', touched_at_ms = excluded.touched_at_ms`;

const FAIL = `UPDATE claims SET state = ?, until_ms = ?
  WHERE event_id = ? AND handler = ? AND attempt = ? AND state = 'running'`;

/** Opens the two tables, creating them where they are missing. */
export function createClaimTable(exec: Exec): ClaimTable {
  for (const statement of SCHEMA) exec(statement);
  return {
    hasReceipt: (eventId) => exec('SELECT 1 FROM receipts WHERE event_id = ?', eventId).length > 0,
    addReceipt: (eventId, nowMs) => {
      exec('INSERT INTO receipts VALUES (?, ?) ON CONFLICT DO NOTHING', eventId, nowMs);
    },
    claim: (key, leaseMs, nowMs) => {
      const select = 'SELECT state, until_ms FROM claims WHERE event_id = ? AND handler = ?';
      const refused = whyNot(exec(select, key.eventId, key.handler)[0], nowMs);
      if (refused !== undefined) return refused;
      const [row] = exec(START, key.eventId, key.handler, nowMs + leaseMs, nowMs);
      return { kind: 'claimed', attempt: Number(row?.attempt) };
    },
    complete: (key, nowMs) => {
      exec(COMPLETE, key.eventId, key.handler, nowMs);
    },
    fail: (key, attempt, retryAtMs) => {
      const state = retryAtMs === null ? 'givenUp' : 'failed';
      exec(FAIL, state, retryAtMs ?? 0, key.eventId, key.handler, attempt);
    },
    forgetBefore: (timeMs) => {
      exec('DELETE FROM receipts WHERE stored_at_ms < ?', timeMs);
      exec('DELETE FROM claims WHERE touched_at_ms < ?', timeMs);
    },
  };
}

function whyNot(row: SqlRow | undefined, nowMs: number): Exclude<Claim, { kind: 'claimed' }> | undefined {
  if (row?.state === 'completed') return { kind: 'completed' };
  if (row?.state === 'givenUp') return { kind: 'givenUp' };
  const untilMs = Number(row?.until_ms ?? 0);
  return untilMs > nowMs ? { kind: 'busy', untilMs } : undefined;
}
