import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { allOrNothing } from '../../../../functions/platforms/node/sqlite/all-or-nothing.ts';
import { type Commit, createGroupCommit } from '../../../../functions/platforms/node/sqlite/group-commit.ts';
import { createRecentReceipts } from '../../../../functions/platforms/node/sqlite/recent-receipts.ts';
import { createSqliteClaims } from '../../../../functions/platforms/node/sqlite/sqlite-claims.ts';
import { createClaimTable } from '../../../../functions/platforms/sql/claim-table.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Receipts whose slices move one by one, when the test says so. */
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
  const table = createClaimTable((statement, ...values) => database.prepare(statement).all(...values));
  const open = () => createRecentReceipts(database, table, { most, commit });
  let receipts = open();
  const count = (name: string) => Number(database.prepare(`SELECT count(*) AS n FROM ${name}`).get()?.n);
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
    async moveAll() {
      const moved = receipts.moveAll();
      for (; waiting.length > 0; await turn()) waiting.shift()?.('kept');
      await moved;
    },
  };
}

const id = fc
  .tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 9 }))
  .map(([first, number]) => `evt_${first}${number}`);
const operation = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('add', 'addUndone', 'repeat'), id }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('move', 'moveUndone', 'kill'), id }) },
);

it('whatever is undone, moved, killed and opened again in between: they are known, told and counted as if in one place', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 60 }), async (operations) => {
      const { database, receipts, step, kill, moveAll, count } = openReceipts(3);
      const known = new Map<string, { told: string; count: number; firstAtMs: number; lastAtMs: number }>();
      const deliver = (eventId: string, nowMs: number) => {
        const before = known.get(eventId);
        if (before === undefined)
          known.set(eventId, { told: `status:${nowMs}`, count: 1, firstAtMs: nowMs, lastAtMs: nowMs });
        else known.set(eventId, { ...before, count: before.count + 1, lastAtMs: nowMs });
        expect(receipts().addReceipt(eventId, nowMs, `status:${nowMs}`)).toBe(before === undefined);
        if (before !== undefined) expect(receipts().repeats(eventId, nowMs)).toBe(true);
      };
      let nowMs = 0;
      try {
        for (const { kind, id: eventId } of operations) {
          nowMs += 1;
          switch (kind) {
            case 'add':
              deliver(eventId, nowMs);
              break;
            case 'addUndone':
              database.exec('BEGIN');
              receipts().addReceipt(eventId, nowMs, 'status:never');
              database.exec('ROLLBACK');
              break;
            case 'repeat':
              if (known.has(eventId)) deliver(eventId, nowMs);
              else expect(receipts().repeats(eventId, nowMs)).toBe(false);
              break;
            case 'move':
              await step('kept');
              break;
            case 'moveUndone':
              await step('undone');
              break;
            default:
              kill();
          }
          // What was asked for in this turn begins.
          await turn();
          const is = known.get(eventId) ?? null;
          expect(receipts().told(eventId)).toBe(is?.told ?? null);
          const { told: _, ...deliveries } = is ?? { told: '' };
          expect(receipts().deliveries(eventId)).toEqual(is && deliveries);
        }
        // The first may have begun before the last have come.
        await moveAll();
        await moveAll();
        expect([count('recent_receipts'), count('receipts')]).toEqual([0, known.size]);
        for (const [eventId, { told, ...deliveries }] of known) {
          expect([receipts().told(eventId), receipts().deliveries(eventId)]).toEqual([told, deliveries]);
        }
      } finally {
        database.close();
      }
    }),
    { numRuns: 300 },
  );
});

it('moves when some have come, keeps no more than twice as many, and takes the others where all are', async () => {
  const { receipts, step, count } = openReceipts(4);
  for (let number = 0; number < 3; number += 1) receipts().addReceipt(`evt_${number}`, 1);
  await turn();
  await step('kept');
  expect([count('recent_receipts'), count('receipts')]).toEqual([3, 0]);
  for (let number = 3; number < 20; number += 1) receipts().addReceipt(`evt_${number}`, 1);
  expect([count('recent_receipts'), count('receipts')]).toEqual([8, 12]);
  for (let slices = 0; slices < 12; slices += 1) await step('kept');
  expect([count('recent_receipts'), count('receipts')]).toEqual([0, 20]);
});

it('a file of before is read as it is, and what came seldom is forgotten in time, too', async () => {
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => database.close());
  database.exec(`CREATE TABLE receipts (event_id TEXT PRIMARY KEY, stored_at_ms INTEGER NOT NULL) WITHOUT ROWID;
    INSERT INTO receipts VALUES ('evt_before', 1)`);
  const commit = createGroupCommit(database);
  const { receipts, forgetExpired, deliveries } = createSqliteClaims(database, {
    commit,
    retentionMs: 1_000,
  });
  const of = (eventId: string) => deliveries({ source: 'urn:a', eventId, partitionKey: 'uid/app' });
  expect(receipts.addReceipt('evt_before', 2, 'x')).toBe(false);
  expect(receipts.addReceipt('evt_old', 3, 'x')).toBe(true);
  expect(receipts.addReceipt('evt_young', 3_000, 'x')).toBe(true);
  expect(await of('evt_old')).toEqual({ count: 1, firstAtMs: 3, lastAtMs: 3 });
  await forgetExpired(3_000);
  expect([await of('evt_before'), await of('evt_old')]).toEqual([null, null]);
  expect(await of('evt_young')).toEqual({ count: 1, firstAtMs: 3_000, lastAtMs: 3_000 });
});
