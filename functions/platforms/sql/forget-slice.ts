import type { Exec } from './claim-table.ts';

/**
 * Where a round through the tables stands.
 *
 * @property table which of them.
 * @property after the key of the row that was looked at last.
 */
export type ForgetPlace = { readonly table: number; readonly after: readonly string[] };

/** @property belonging a table with the same key, whose rows are nothing without theirs here. */
type KeptTable = {
  readonly name: string;
  readonly key: readonly string[];
  readonly touched: string;
  readonly belonging?: string;
};

const KEPT: readonly KeptTable[] = [
  { name: 'receipts', key: ['event_id'], touched: 'stored_at_ms', belonging: 'repeats' },
  { name: 'claims', key: ['event_id', 'handler'], touched: 'touched_at_ms', belonging: 'reopenings' },
  { name: 'container_states', key: ['stream', 'partition_key'], touched: 'touched_at_ms' },
];

/**
 * One step of a round through all claims, receipts and states: looks at so many rows of one table, in the order of their
 * keys, and forgets those that were last touched before that time. It needs no index of times, and takes no longer when
 * there is more.
 *
 * @param place where to go on, as the last step has said; null for the first of a round.
 * @returns null after the last.
 */
export function forgetSlice(
  exec: Exec,
  place: ForgetPlace | null,
  { beforeMs, rows }: { readonly beforeMs: number; readonly rows: number },
): ForgetPlace | null {
  const index = place?.table ?? 0;
  const kept = KEPT[index];
  if (kept === undefined) return null;
  const { name, touched, belonging } = kept;
  const [columns, marks] = [kept.key.join(', '), kept.key.map(() => '?').join(', ')];
  // No key is empty.
  const after = place?.after ?? kept.key.map(() => '');
  const later = `(${columns}) > (${marks})`;
  const [last] = exec(
    `SELECT ${columns} FROM ${name} WHERE ${later} ORDER BY ${columns} LIMIT 1 OFFSET ?`,
    ...after,
    rows - 1,
  );
  const end = last === undefined ? [] : kept.key.map((column) => String(last[column]));
  const inSlice = last === undefined ? later : `${later} AND (${columns}) <= (${marks})`;
  const bounds = [...after, ...end];
  exec(`DELETE FROM ${name} WHERE ${inSlice} AND ${touched} < ?`, ...bounds, beforeMs);
  if (belonging !== undefined) {
    const left = `SELECT ${columns} FROM ${name} WHERE ${inSlice}`;
    exec(`DELETE FROM ${belonging} WHERE ${inSlice} AND (${columns}) NOT IN (${left})`, ...bounds, ...bounds);
  }
  if (last !== undefined) return { table: index, after: end };
  const next = KEPT[index + 1];
  return next === undefined ? null : { table: index + 1, after: next.key.map(() => '') };
}

/** Whether there is nothing to forget any more. */
export function isForgotten(exec: Exec): boolean {
  return KEPT.every(({ name }) => exec(`SELECT 1 FROM ${name} LIMIT 1`).length === 0);
}
