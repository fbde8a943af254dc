import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { allOrNothing } from '../../../../functions/platforms/node/sqlite/all-or-nothing.ts';
import { forgetReceipts } from '../../../../functions/platforms/node/sqlite/forget-receipts.ts';
import {
  type Commit,
  commitAlone,
  createGroupCommit,
} from '../../../../functions/platforms/node/sqlite/group-commit.ts';
import { createReceiptLog } from '../../../../functions/platforms/node/sqlite/receipt-log.ts';
import { createSqliteClaims } from '../../../../functions/platforms/node/sqlite/sqlite-claims.ts';
import { createClaimTable, type Exec } from '../../../../functions/platforms/sql/claim-table.ts';
import { type ForgetPlace, forgetSlice } from '../../../../functions/platforms/sql/forget-slice.ts';
import { createStateTable } from '../../../../functions/platforms/sql/state-table.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Receipts whose keys are written slice by slice, when the test says so. */
function openReceipts(most: number) {
  const database = new DatabaseSync(':memory:');
  let waiting: ((how: 'kept' | 'undone') => void)[] = [];
  const commit: Commit = (work) =>
    new Promise((resolve, reject) => {
      waiting.push((how) => {
        try {
          const done = allOrNothing(database, () => {
            const result = work();
            if (how === 'undone') throw new Error('database or disk is full');
            return result;
          });
          resolve(done);
        } catch (error) {
          reject(error);
        }
      });
    });
  const exec: Exec = (statement, ...values) => database.prepare(statement).all(...values);
  createStateTable(exec);
  const open = () => createReceiptLog(database, createClaimTable(exec), { most, commit });
  let receipts = open();
  const count = (of: string) => Number(database.prepare(`SELECT count(*) AS n FROM ${of}`).get()?.n);
  return {
    database,
    count,
    receipts: () => receipts,
    /** The next slice, if there is one. */
    step: async (how: 'kept' | 'undone') => {
      waiting.shift()?.(how);
      await turn();
    },
    /** Another process finds the file as this one has left it. */
    kill: () => {
      waiting = [];
      receipts = open();
    },
    async writeKeys() {
      const written = receipts.writeKeys();
      for (; waiting.length > 0; await turn()) waiting.shift()?.('kept');
      await written;
    },
    async forget(beforeMs: number, nowMs: number) {
      const step = { beforeMs, rows: 3 };
      await forgetReceipts(database, commitAlone, { ...step, nowMs, goesOn: () => true });
      let place: ForgetPlace | null = null;
      do place = forgetSlice(exec, place, step);
      while (place !== null);
    },
  };
}

const KEYED = 'receipt_log WHERE id <= (SELECT up_to FROM receipts_keyed)';
const UNFOUND = `${KEYED} AND (substr(event_id, 5, 8), id) NOT IN (SELECT key, id FROM receipt_keys)`;

/** Of all of one letter the key is the same. */
const id = fc
  .tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 9 }))
  .map(([first, number]) => `evt_${first}2345678${number}`);
const ids = fc.array(id, { minLength: 1, maxLength: 24 });
const operation = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('add', 'addUndone', 'repeat'), ids }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('addAll', 'addAllUndone'), ids }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom('write', 'writeUndone', 'kill', 'forget'), ids }),
  },
);

it('whatever is undone, keyed, killed, forgotten and opened again in between: they are known, told and counted as if in one place', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 40, size: 'max' }), async (operations) => {
      const { database, receipts, step, kill, writeKeys, forget, count } = openReceipts(3);
      const known = new Map<string, { told: string; count: number; firstAtMs: number; lastAtMs: number }>();
      const notice = (eventId: string, nowMs: number): boolean => {
        const before = known.get(eventId);
        if (before !== undefined) return false;
        known.set(eventId, { told: `status:${nowMs}`, count: 1, firstAtMs: nowMs, lastAtMs: nowMs });
        return true;
      };
      const repeat = (eventId: string, nowMs: number) => {
        const before = known.get(eventId);
        if (before !== undefined) known.set(eventId, { ...before, count: before.count + 1, lastAtMs: nowMs });
        expect(receipts().repeats(eventId, nowMs)).toBe(before !== undefined);
      };
      const addAll = (eventIds: readonly string[], nowMs: number) => {
        const all = eventIds.map((eventId) => ({ eventId, nowMs, told: `status:${nowMs}` }));
        return { all, added: receipts().addAll(all) };
      };
      let nowMs = 0;
      try {
        for (const { kind, ids: some } of operations) {
          nowMs += 1;
          const [eventId = ''] = some;
          switch (kind) {
            case 'add': {
              const isNew = notice(eventId, nowMs);
              expect(receipts().addReceipt(eventId, nowMs, `status:${nowMs}`)).toBe(isNew);
              if (!isNew) repeat(eventId, nowMs);
              break;
            }
            case 'addAll': {
              const { all, added } = addAll(some, nowMs);
              for (const receipt of all) expect(added.has(receipt)).toBe(notice(receipt.eventId, nowMs));
              break;
            }
            case 'addUndone':
            case 'addAllUndone':
              database.exec('BEGIN');
              if (kind === 'addUndone') receipts().addReceipt(eventId, nowMs, 'status:never');
              else addAll(some, -1);
              database.exec('ROLLBACK');
              break;
            case 'repeat':
              repeat(eventId, nowMs);
              break;
            case 'write':
              await step('kept');
              break;
            case 'writeUndone':
              await step('undone');
              break;
            case 'forget': {
              const beforeMs = nowMs - 8;
              for (const [of, { firstAtMs }] of known) if (firstAtMs < beforeMs) known.delete(of);
              await forget(beforeMs, nowMs);
              break;
            }
            default:
              kill();
          }
          // What was asked for in this turn begins.
          await turn();
          expect(count(UNFOUND)).toBe(0);
          for (const of of some) {
            const is = known.get(of) ?? null;
            expect(receipts().told(of)).toBe(is?.told ?? null);
            const { told: _, ...deliveries } = is ?? { told: '' };
            expect(receipts().deliveries(of)).toEqual(is && deliveries);
          }
        }
        // The first may have begun before the last have come.
        await writeKeys();
        await writeKeys();
        expect(count(KEYED)).toBe(count('receipt_log'));
        kill();
        for (const [eventId, { told, ...deliveries }] of known) {
          expect([receipts().told(eventId), receipts().deliveries(eventId)]).toEqual([told, deliveries]);
        }
        // Keys of what was undone go with those of what was forgotten.
        receipts().addReceipt('evt_last', nowMs);
        await forget(nowMs + 1, nowMs + 1);
        expect(['receipt_log', 'receipt_keys', 'receipts', 'repeats'].map(count)).toEqual([0, 0, 0, 0]);
      } finally {
        database.close();
      }
    }),
    { numRuns: 300 },
  );
});

it('writes keys when some receipts have come, keeps no more than twice as many, and writes those of others at once', async () => {
  const { receipts, step, count } = openReceipts(4);
  const counts = () => [count('receipt_log'), count('receipt_keys')];
  for (let number = 0; number < 3; number += 1) receipts().addReceipt(`evt_${number}`, 1);
  await turn();
  await step('kept');
  expect(counts()).toEqual([3, 0]);
  for (let number = 3; number < 20; number += 1) receipts().addReceipt(`evt_${number}`, 1);
  expect(counts()).toEqual([20, 12]);
  for (let slices = 0; slices < 12; slices += 1) await step('kept');
  expect(counts()).toEqual([20, 20]);
});

it('keys are given to no other receipt, also when all are forgotten and another process goes on', async () => {
  const { receipts, kill, forget, writeKeys, database } = openReceipts(4);
  for (let number = 0; number < 6; number += 1) receipts().addReceipt(`evt_a${number}`, 1);
  await writeKeys();
  await forget(2, 2);
  kill();
  receipts().addReceipt('evt_b', 3, 'status:b');
  kill();
  expect(receipts().addReceipt('evt_b', 4)).toBe(false);
  expect(database.prepare('SELECT id FROM receipt_log').all()).toEqual([{ id: 7 }]);
});

function openClaims() {
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => database.close());
  return {
    database,
    claims: () => {
      const commit = createGroupCommit(database);
      const claims = createSqliteClaims(database, { commit, retentionMs: 1_000 });
      const of = (eventId: string) =>
        claims.deliveries({ source: 'urn:a', eventId, partitionKey: 'uid/app' });
      const told = (eventId: string) => claims.told({ source: 'urn:a', eventId, partitionKey: 'uid/app' });
      return { ...claims, of, told };
    },
  };
}

it('a file of before is read as it is, and what came seldom is forgotten in time, too', async () => {
  const { database, claims } = openClaims();
  database.exec(`CREATE TABLE receipts (event_id TEXT PRIMARY KEY, stored_at_ms INTEGER NOT NULL) WITHOUT ROWID;
    INSERT INTO receipts VALUES ('evt_before', 1)`);
  const { receipts, forgetExpired, of } = claims();
  expect(receipts.addReceipt('evt_before', 2, 'x')).toBe(false);
  expect(receipts.addReceipt('evt_old', 3, 'x')).toBe(true);
  expect(receipts.addReceipt('evt_young', 3_000, 'x')).toBe(true);
  expect(await of('evt_old')).toEqual({ count: 1, firstAtMs: 3, lastAtMs: 3 });
  await forgetExpired(3_000);
  expect([await of('evt_before'), await of('evt_old')]).toEqual([null, null]);
  expect(await of('evt_young')).toEqual({ count: 1, firstAtMs: 3_000, lastAtMs: 3_000 });
});

it('receipts that the version before had gathered are taken over, whichever of them had moved', async () => {
  const { database, claims } = openClaims();
  database.exec(`CREATE TABLE receipts (event_id TEXT PRIMARY KEY, stored_at_ms INTEGER NOT NULL, told TEXT) WITHOUT ROWID;
    CREATE TABLE repeats (event_id TEXT PRIMARY KEY, count INTEGER NOT NULL, last_at_ms INTEGER NOT NULL) WITHOUT ROWID;
    INSERT INTO receipts VALUES ('evt_moved', 5, 'status:m'), ('evt_repeated', 6, 'status:r');
    INSERT INTO repeats VALUES ('evt_repeated', 2, 9);
    CREATE TABLE recent_receipts (id INTEGER PRIMARY KEY, event_id TEXT NOT NULL, stored_at_ms INTEGER NOT NULL, told TEXT);
    INSERT INTO recent_receipts (id, event_id, stored_at_ms, told) VALUES
      (40, 'evt_moved', 5, 'status:m'), (41, 'evt_repeated', 6, 'status:r'), (42, 'evt_recent', 7, 'status:n')`);
  // Whose tables another start finds.
  for (const { receipts, of, told } of [claims(), claims()]) {
    for (const eventId of ['evt_moved', 'evt_repeated', 'evt_recent'])
      expect(receipts.addReceipt(eventId, 10, 'status:x')).toBe(false);
    expect([await told('evt_moved'), await told('evt_recent')]).toEqual(['status:m', 'status:n']);
    expect(await of('evt_repeated')).toEqual({ count: 3, firstAtMs: 6, lastAtMs: 9 });
    expect(await of('evt_recent')).toEqual({ count: 1, firstAtMs: 7, lastAtMs: 7 });
  }
  const { receipts, forgetExpired, of } = claims();
  expect(receipts.repeats('evt_recent', 11)).toBe(true);
  await forgetExpired(1_007);
  expect([await of('evt_moved'), await of('evt_recent')]).toEqual([
    null,
    { count: 2, firstAtMs: 7, lastAtMs: 11 },
  ]);
  // Somebody went back to that version, and came again.
  database.exec(`CREATE TABLE recent_receipts (id INTEGER PRIMARY KEY, event_id TEXT NOT NULL, stored_at_ms INTEGER NOT NULL, told TEXT);
    INSERT INTO recent_receipts VALUES (42, 'evt_meanwhile', 1008, 'status:w')`);
  const again = claims();
  expect([await again.told('evt_recent'), await again.told('evt_meanwhile')]).toEqual([
    'status:n',
    'status:w',
  ]);
});

it('what came while the clock was ahead keeps nothing from being forgotten for longer than once more', async () => {
  const { claims } = openClaims();
  const { receipts, forgetExpired, of } = claims();
  for (let number = 0; number < 1_500; number += 1) receipts.addReceipt(`evt_ahead${number}`, 9_000_000, 'x');
  receipts.addReceipt('evt_after', 100, 'x');
  await forgetExpired(2_000);
  await forgetExpired(3_001);
  await forgetExpired(4_002);
  expect([await of('evt_ahead0'), await of('evt_ahead1499'), await of('evt_after')]).toEqual([
    null,
    null,
    null,
  ]);
});
