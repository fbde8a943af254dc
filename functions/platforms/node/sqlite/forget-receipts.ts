import type { DatabaseSync } from 'node:sqlite';
import type { Commit } from './group-commit.ts';
import { createPrepare } from './prepared.ts';

/**
 * @property beforeMs what was stored before that time is forgotten.
 * @property nowMs milliseconds since the epoch.
 * @property rows looked at in one step.
 * @property goesOn asked after each step.
 */
type ForgetReceipts = {
  readonly beforeMs: number;
  readonly nowMs: number;
  readonly rows: number;
  readonly goesOn: () => boolean;
};

type Key = { readonly key: string; readonly id: number };

const LAST_RECEIPT = `SELECT max(id) AS id, count(*) AS rows
  FROM (SELECT id FROM receipt_log WHERE id > ? ORDER BY id LIMIT ?)`;
/** Of a clock that was ahead: they would stay for as long as that, and all that came after them. */
const CORRECT = 'UPDATE receipt_log SET stored_at_ms = ?1 WHERE id > ?2 AND id <= ?3 AND stored_at_ms > ?1';
const FORGET = 'DELETE FROM receipt_log WHERE id > ? AND id <= ? AND stored_at_ms < ?';
const LAST_KEY =
  'SELECT key, id FROM receipt_keys WHERE (key, id) > (?, ?) ORDER BY key, id LIMIT 1 OFFSET ?';
const FORGET_KEYS = `DELETE FROM receipt_keys WHERE (key, id) > (?1, ?2) AND (?3 IS NULL OR (key, id) <= (?3, ?4))
  AND id < ifnull((SELECT min(id) FROM receipt_log), id + 1)`;

/**
 * Forgets receipts of the log that are older than that, then the keys of those that are gone. Receipts lie in the order in
 * which they came, so the round ends where a whole step forgets none. Keys lie in their own: all are looked at, where a receipt
 * was forgotten.
 */
export async function forgetReceipts(
  database: DatabaseSync,
  commit: Commit,
  { beforeMs, nowMs, rows, goesOn }: ForgetReceipts,
): Promise<void> {
  const prepare = createPrepare(database);
  const forgetAfter = (after: number) => {
    const slice = prepare(LAST_RECEIPT).get(after, rows);
    const last = Number(slice?.id ?? after);
    prepare(CORRECT).run(nowMs, after, last);
    const isLast = Number(slice?.rows) < rows;
    return { last, isLast, forgotten: Number(prepare(FORGET).run(after, last, beforeMs).changes) };
  };
  const forgetKeysAfter = (after: Key): Key | null => {
    const last = prepare(LAST_KEY).get(after.key, after.id, rows - 1);
    const end = last === undefined ? null : { key: String(last.key), id: Number(last.id) };
    prepare(FORGET_KEYS).run(after.key, after.id, end?.key ?? null, end?.id ?? null);
    return end;
  };

  let step = await commit(() => forgetAfter(0));
  if (step.forgotten === 0) return;
  while (step.forgotten > 0 && !step.isLast && goesOn()) {
    const { last } = step;
    step = await commit(() => forgetAfter(last));
  }
  for (let next: Key | null = { key: '', id: 0 }; next !== null && goesOn(); ) {
    const after: Key = next;
    next = await commit(() => forgetKeysAfter(after));
  }
}
