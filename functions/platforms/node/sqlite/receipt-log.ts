import type { DatabaseSync } from 'node:sqlite';
import type { ClaimTable } from '../../sql/claim-table.ts';
import { commitAlone } from './group-commit.ts';
import { createPrepare } from './prepared.ts';
import { createReceiptKeys, type ReceiptKeysOptions, receiptKey } from './receipt-keys.ts';
import { openReceiptTables } from './receipt-tables.ts';

export type NewReceipt = { readonly eventId: string; readonly nowMs: number; readonly told?: string };

export type ReceiptLog = Pick<ClaimTable, 'repeats' | 'told' | 'addReceipt' | 'deliveries'> & {
  /** The same for several. @returns those of whose events there was none. */
  addAll(receipts: readonly NewReceipt[]): ReadonlySet<NewReceipt>;
  /** Writes the keys of what came last. */
  writeKeys(): Promise<void>;
};

/** Some ten milliseconds to read at the start, and two megabytes. Twice as many are kept while their keys are written. */
const MOST = 16_384;
/** In one statement: two thirds of the time of one for each. */
const AT_ONCE = 8;

/** OR FAIL, because no row is refused: to take a statement back, SQLite would copy every page that it changes. */
const ADD = (rows: number) => `INSERT OR FAIL INTO receipt_log (id, event_id, stored_at_ms, told)
  SELECT column1, column2, column3, column4 FROM (VALUES ${Array(rows).fill('(?, ?, ?, ?, ?)').join(', ')})
  WHERE NOT EXISTS (SELECT 1 FROM receipt_keys AS keys CROSS JOIN receipt_log AS log ON log.id = keys.id
      WHERE keys.key = column5 AND log.event_id = column2)
    AND NOT EXISTS (SELECT 1 FROM receipts WHERE event_id = column2)`;
const ADD_ONE = ADD(1);
const ADD_SOME = ADD(AT_ONCE);
const ADDED = 'SELECT id FROM receipt_log WHERE id BETWEEN ? AND ?';
const FIND = 'SELECT id, stored_at_ms, told FROM receipt_log WHERE id = ? AND event_id = ?';
const FIND_BY_KEY = `SELECT log.id, stored_at_ms, told FROM receipt_keys AS keys
  CROSS JOIN receipt_log AS log ON log.id = keys.id WHERE keys.key = ? AND log.event_id = ?`;
const COPY = `INSERT INTO receipts (event_id, stored_at_ms, told)
  SELECT event_id, stored_at_ms, told FROM receipt_log WHERE id = ? ON CONFLICT DO NOTHING`;

/**
 * Receipts in the order in which they came: a new one goes to the end, beside the one before, and is found by a short key,
 * see `createReceiptKeys`. The table decides which are known; what is known in memory is a hint of where to look.
 *
 * @param receipts those of before there was a log, and those that are repeated, which are counted there; in the same database.
 */
export function createReceiptLog(
  database: DatabaseSync,
  receipts: ClaimTable,
  { most = MOST, commit = commitAlone }: Partial<ReceiptKeysOptions> = {},
): ReceiptLog {
  openReceiptTables(database);
  const prepare = createPrepare(database);
  const keys = createReceiptKeys(database, { most, commit });

  const findRecent = (eventId: string) => {
    const hint = keys.recent(eventId);
    return hint === undefined ? undefined : prepare(FIND).get(hint, eventId);
  };
  const find = (eventId: string) =>
    findRecent(eventId) ?? prepare(FIND_BY_KEY).get(receiptKey(eventId), eventId);
  const rowOf = (receipt: NewReceipt) => {
    const { eventId, nowMs, told = null } = receipt;
    const id = keys.nextId();
    return { id, receipt, values: [id, eventId, nowMs, told, receiptKey(eventId)] };
  };
  const addOne = (receipt: NewReceipt): boolean => {
    if (findRecent(receipt.eventId) !== undefined) return false;
    const { id, values } = rowOf(receipt);
    if (prepare(ADD_ONE).run(...values).changes === 0) return false;
    keys.add(receipt.eventId, id);
    return true;
  };
  /** Of events that differ, and of which none is recent. */
  const addSome = (some: readonly NewReceipt[]): readonly NewReceipt[] => {
    const rows = some.map(rowOf);
    const { changes } = prepare(ADD_SOME).run(...rows.flatMap(({ values }) => values));
    const bounds = [rows[0]?.id ?? 0, rows.at(-1)?.id ?? 0];
    const ids =
      changes === rows.length
        ? null
        : new Set(
            prepare(ADDED)
              .all(...bounds)
              .map(({ id }) => id),
          );
    const added = ids === null ? rows : rows.filter(({ id }) => ids.has(id));
    for (const { id, receipt } of added) keys.add(receipt.eventId, id);
    return added.map(({ receipt }) => receipt);
  };

  return {
    writeKeys: keys.writeAll,
    addReceipt: (eventId, nowMs, told) => addOne({ eventId, nowMs, ...(told !== undefined && { told }) }),
    addAll: (all) => {
      const firsts = new Map<string, NewReceipt>();
      const others: NewReceipt[] = [];
      for (const receipt of all) {
        const { eventId } = receipt;
        if (firsts.has(eventId) || keys.recent(eventId) !== undefined) others.push(receipt);
        else firsts.set(eventId, receipt);
      }
      const some = [...firsts.values()];
      const added: NewReceipt[] = [];
      while (some.length >= AT_ONCE) added.push(...addSome(some.splice(0, AT_ONCE)));
      return new Set([...added, ...some.filter(addOne), ...others.filter(addOne)]);
    },
    repeats: (eventId, nowMs) => {
      const known = find(eventId);
      // Where its repeats are counted.
      if (known !== undefined) prepare(COPY).run(Number(known.id));
      return receipts.repeats(eventId, nowMs);
    },
    told: (eventId) => {
      const told = find(eventId)?.told;
      return typeof told === 'string' ? told : receipts.told(eventId);
    },
    deliveries: (eventId) => {
      const counted = receipts.deliveries(eventId);
      const row = counted === null ? find(eventId) : undefined;
      if (row === undefined) return counted;
      const atMs = Number(row.stored_at_ms);
      return { count: 1, firstAtMs: atMs, lastAtMs: atMs };
    },
  };
}
