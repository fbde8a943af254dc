import type { Claim, ClaimKey } from '../../consumer/claim-store.ts';
import type { Deliveries } from '../../ingress/receipts.ts';
import type { HandlerRun } from '../../timeline/run-log.ts';

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
 * `completed` and `givenUp` are final, except that a late success turns `givenUp` into `completed`, and that
 * reopening makes either of them `failed` and due, with the tries counted from there.
 *
 * `runs` is a JSON list of the runs that ended under the claim and may not be in the run log yet.
 */
export type Exec = (statement: string, ...values: readonly (string | number)[]) => readonly SqlRow[];
type SqlRow = Readonly<Record<string, unknown>>;

export type ClaimTable = {
  repeats(eventId: string, nowMs: number): boolean;
  told(eventId: string): string | null;
  /** Says whether there was none. */
  addReceipt(eventId: string, nowMs: number, told?: string): boolean;
  /** Which of these events have a receipt. */
  stored(eventIds: readonly string[]): ReadonlySet<string>;
  /** Several in one statement, each as `[eventId, nowMs, told]`. */
  addReceipts(receipts: readonly (readonly [string, number, string])[]): void;
  deliveries(eventId: string): Deliveries | null;
  claim(key: ClaimKey, leaseMs: number, nowMs: number): Claim;
  complete(key: ClaimKey, run: HandlerRun, nowMs: number): void;
  fail(key: ClaimKey, run: HandlerRun, retryAtMs: number | null): void;
  recorded(key: ClaimKey, attempts: readonly number[]): void;
  reopen(key: ClaimKey, nowMs: number): boolean;
};

const SCHEMA = [
  `CREATE TABLE IF NOT EXISTS receipts (event_id TEXT PRIMARY KEY, stored_at_ms INTEGER NOT NULL, told TEXT)
     WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS claims (
     event_id TEXT NOT NULL, handler TEXT NOT NULL, state TEXT NOT NULL, attempt INTEGER NOT NULL,
     until_ms INTEGER NOT NULL, touched_at_ms INTEGER NOT NULL, runs TEXT,
     PRIMARY KEY (event_id, handler)) WITHOUT ROWID`,
  // Beside the two tables above, which databases of an earlier version have already.
  `CREATE TABLE IF NOT EXISTS repeats (event_id TEXT PRIMARY KEY, count INTEGER NOT NULL,
     last_at_ms INTEGER NOT NULL) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS reopenings (event_id TEXT NOT NULL, handler TEXT NOT NULL, after_attempt INTEGER NOT NULL,
     PRIMARY KEY (event_id, handler)) WITHOUT ROWID`,
];

const ADD_RECEIPT = `INSERT INTO receipts (event_id, stored_at_ms) VALUES (?, ?)
  ON CONFLICT DO NOTHING RETURNING 1`;
const ADD_TOLD_RECEIPT = `INSERT INTO receipts (event_id, stored_at_ms, told) VALUES (?, ?, ?)
  ON CONFLICT DO NOTHING RETURNING 1`;

const STORED = 'SELECT event_id FROM receipts WHERE event_id IN (SELECT value FROM json_each(?))';

/** Without the WHERE, `ON` would be taken for that of a join. */
const ADD_RECEIPTS = `INSERT INTO receipts (event_id, stored_at_ms, told)
  SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) WHERE true ON CONFLICT DO NOTHING`;

const START = `INSERT INTO claims (event_id, handler, state, attempt, until_ms, touched_at_ms)
  VALUES (?, ?, 'running', 1, ?, ?)
  ON CONFLICT DO UPDATE SET state = 'running', attempt = attempt + 1, until_ms = excluded.until_ms,
    touched_at_ms = excluded.touched_at_ms
  RETURNING attempt`;

/** Appends one more run to a list of them that may not be there. */
const ONE_MORE = (run: string) => `json_insert(ifnull(runs, '[]'), '$[#]', json(${run}))`;

const COMPLETE = `INSERT INTO claims (event_id, handler, state, attempt, until_ms, touched_at_ms, runs)
  VALUES (?1, ?2, 'completed', 1, 0, ?3, json_array(json(?4)))
  ON CONFLICT DO UPDATE SET state = 'completed', touched_at_ms = excluded.touched_at_ms, runs = ${ONE_MORE('?4')}`;

const COUNT_REPEAT = `INSERT INTO repeats (event_id, count, last_at_ms) VALUES (?, 1, ?)
  ON CONFLICT DO UPDATE SET count = count + 1, last_at_ms = excluded.last_at_ms`;

const DELIVERIES = `SELECT r.stored_at_ms AS first_ms, 1 + IFNULL(p.count, 0) AS count,
    IFNULL(p.last_at_ms, r.stored_at_ms) AS last_ms
  FROM receipts r LEFT JOIN repeats p USING (event_id) WHERE r.event_id = ?`;

const REOPEN = `UPDATE claims SET state = 'failed', until_ms = 0, touched_at_ms = ?
  WHERE event_id = ? AND handler = ? AND state IN ('completed', 'givenUp') RETURNING attempt`;

const COUNT_TRIES_FROM = `INSERT INTO reopenings (event_id, handler, after_attempt) VALUES (?, ?, ?)
  ON CONFLICT DO UPDATE SET after_attempt = excluded.after_attempt`;

const FAIL = `UPDATE claims SET runs = ${ONE_MORE('?4')},
    state = iif(attempt = ?3 AND state = 'running', ?5, state),
    until_ms = iif(attempt = ?3 AND state = 'running', ?6, until_ms)
  WHERE event_id = ?1 AND handler = ?2`;

const RECORDED = `UPDATE claims SET runs = (SELECT nullif(json_group_array(json(value)), '[]') FROM json_each(runs)
    WHERE json_extract(value, '$.attempt') NOT IN (SELECT value FROM json_each(?3)))
  WHERE event_id = ?1 AND handler = ?2 AND runs IS NOT NULL`;

/** Opens the tables, creating them where they are missing. */
export function createClaimTable(exec: Exec): ClaimTable {
  openTables(exec);
  return {
    repeats: (eventId, nowMs) => {
      if (exec('SELECT 1 FROM receipts WHERE event_id = ?', eventId).length === 0) return false;
      exec(COUNT_REPEAT, eventId, nowMs);
      return true;
    },
    told: (eventId) => {
      const told = exec('SELECT told FROM receipts WHERE event_id = ?', eventId)[0]?.told;
      return typeof told === 'string' ? told : null;
    },
    addReceipt: (eventId, nowMs, told) => {
      const added =
        told === undefined ? exec(ADD_RECEIPT, eventId, nowMs) : exec(ADD_TOLD_RECEIPT, eventId, nowMs, told);
      return added.length > 0;
    },
    stored: (eventIds) => new Set(exec(STORED, JSON.stringify(eventIds)).map((row) => String(row.event_id))),
    addReceipts: (receipts) => {
      exec(ADD_RECEIPTS, JSON.stringify(receipts));
    },
    deliveries: (eventId) => {
      const [row] = exec(DELIVERIES, eventId);
      if (row === undefined) return null;
      return {
        count: Number(row.count),
        firstAtMs: Number(row.first_ms),
        lastAtMs: Number(row.last_ms),
      };
    },
    claim: (key, leaseMs, nowMs) => {
      const select = 'SELECT state, until_ms, runs FROM claims WHERE event_id = ? AND handler = ?';
      const [before] = exec(select, key.eventId, key.handler);
      const refused = whyNot(before, nowMs);
      if (refused !== undefined) return refused;
      const [row] = exec(START, key.eventId, key.handler, nowMs + leaseMs, nowMs);
      const attempt = Number(row?.attempt);
      return { kind: 'claimed', attempt, tries: attempt - triesFrom(exec, key), ...runsOf(before) };
    },
    complete: (key, run, nowMs) => {
      exec(COMPLETE, key.eventId, key.handler, nowMs, JSON.stringify(run));
    },
    fail: (key, run, retryAtMs) => {
      const state = retryAtMs === null ? 'givenUp' : 'failed';
      exec(FAIL, key.eventId, key.handler, run.attempt, JSON.stringify(run), state, retryAtMs ?? 0);
    },
    recorded: (key, attempts) => {
      exec(RECORDED, key.eventId, key.handler, JSON.stringify(attempts));
    },
    reopen: (key, nowMs) => {
      const [row] = exec(REOPEN, nowMs, key.eventId, key.handler);
      if (row === undefined) return false;
      exec(COUNT_TRIES_FROM, key.eventId, key.handler, Number(row.attempt));
      return true;
    },
  };
}

/** Databases of an earlier version lack the columns of the runs and of the fingerprint. */
function openTables(exec: Exec): void {
  for (const statement of SCHEMA) exec(statement);
  addColumn(exec, 'claims', 'runs');
  addColumn(exec, 'receipts', 'told');
}

function addColumn(exec: Exec, table: string, column: string): void {
  const found = exec('SELECT 1 FROM pragma_table_info(?) WHERE name = ?', table, column);
  if (found.length === 0) exec(`ALTER TABLE ${table} ADD COLUMN ${column} TEXT`);
}

/** The attempts before the claim was last opened again; 0 if it never was. */
function triesFrom(exec: Exec, key: ClaimKey): number {
  const select = 'SELECT after_attempt FROM reopenings WHERE event_id = ? AND handler = ?';
  return Number(exec(select, key.eventId, key.handler)[0]?.after_attempt ?? 0);
}

function whyNot(row: SqlRow | undefined, nowMs: number): Exclude<Claim, { kind: 'claimed' }> | undefined {
  if (row?.state === 'completed') return { kind: 'completed', ...runsOf(row) };
  if (row?.state === 'givenUp') return { kind: 'givenUp', ...runsOf(row) };
  const untilMs = Number(row?.until_ms ?? 0);
  return untilMs > nowMs ? { kind: 'busy', untilMs } : undefined;
}

function runsOf(row: SqlRow | undefined): { readonly runs?: readonly HandlerRun[] } {
  return typeof row?.runs === 'string' ? { runs: JSON.parse(row.runs) } : {};
}
