import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import type { HandoffMessage } from '../../../../functions/ingress/handoff.ts';
import { createSharedIntake } from '../../../../functions/platforms/cloudflare/claims/shared-intake.ts';
import { createClaimTable } from '../../../../functions/platforms/sql/claim-table.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';

type Call = {
  readonly sizes: readonly number[];
  readonly end: () => void;
  readonly fail: (error: Error) => void;
};

/** A queue whose calls end when the test says so, and receipts. What becomes of each goes into `told`, by its number. */
function setUp() {
  const clock = createFakeClock();
  const calls: Call[] = [];
  const told: string[] = [];
  const queue = {
    sendBatch: (messages: Iterable<{ readonly body: HandoffMessage }>) =>
      new Promise<void>((end, fail) => {
        calls.push({ sizes: [...messages].map(({ body: { body } }) => body.byteLength), end, fail });
      }),
  };
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => database.close());
  const receipts = createClaimTable((statement, ...values) => database.prepare(statement).all(...values));
  const take = createSharedIntake({ queue: () => queue, receipts: () => receipts, clock });
  let count = 0;
  const takeOf = (bytes: number, eventId?: string) => {
    const number = ++count;
    const message = { body: new Uint8Array(bytes), receivedAtMs: number };
    void take({ eventId: eventId ?? `evt_${number}`, told: 'status:told', message }).then(
      (taken) => told.push(`${number} ${taken}`),
      (error: Error) => told.push(`${number} ${error.message}`),
    );
  };
  return {
    clock,
    calls,
    told,
    receipts,
    takeOf,
    takeAll: (sizes: readonly number[]) => {
      for (const bytes of sizes) takeOf(bytes);
    },
    gathered: () => clock.advance(1),
    settle: async (settleCall: (call: Call) => void) => {
      settleCall(calls.at(-1) as Call);
      await turn();
    },
  };
}

it('sends together what comes within 1 ms, and then what came while that was under way', async () => {
  const { clock, calls, told, takeAll, gathered, settle } = setUp();
  const sizes = () => calls.map((call) => call.sizes);
  takeAll([1]);
  await clock.advance(0.5);
  takeAll([2]);
  expect(sizes()).toEqual([]);
  await clock.advance(0.5);
  expect(sizes()).toEqual([[1, 2]]);
  takeAll([3, 4]);
  await gathered();
  expect([sizes(), told]).toEqual([[[1, 2]], []]);
  await settle(({ end }) => end());
  expect([sizes(), told]).toEqual([
    [
      [1, 2],
      [3, 4],
    ],
    ['1 new', '2 new'],
  ]);
  await settle(({ end }) => end());
  takeAll([5]);
  expect(calls).toHaveLength(2);
  await gathered();
  expect(sizes().at(-1)).toEqual([5]);
});

it('tells each of a call that fails, and sends what comes after it', async () => {
  const { told, takeAll, gathered, settle } = setUp();
  takeAll([1, 2]);
  await gathered();
  takeAll([3]);
  await settle(({ fail }) => fail(new Error('the queue is down')));
  expect(told).toEqual(['1 the queue is down', '2 the queue is down']);
  await settle(({ end }) => end());
  expect(told.at(-1)).toBe('3 new');
});

it('gives up a call that does not end, so that the next is new', async () => {
  const { clock, told, takeAll, gathered, settle } = setUp();
  takeAll([1]);
  await gathered();
  takeAll([2]);
  await clock.advance(9_999);
  expect(told).toEqual([]);
  await clock.advance(1);
  await settle(({ end }) => end());
  expect(told).toEqual(['1 the queue has not answered in 10 s', '2 new']);
});

it('keeps each call within a hundred messages and 256 kB, and what is large alone', async () => {
  const { calls, takeAll, gathered, settle } = setUp();
  const small = Array.from({ length: 150 }, () => 10);
  const middling = Array.from({ length: 7 }, () => 65_000);
  takeAll([...small, ...middling, 120_000, 10, 10]);
  await gathered();
  for (let call = 1; call < 7; call += 1) await settle(({ end }) => end());
  expect(calls.map(({ sizes }) => sizes.length)).toEqual([100, 52, 3, 2, 1, 2]);
});

it('refuses what it cannot keep waiting', async () => {
  const { told, takeAll, gathered } = setUp();
  takeAll(Array.from({ length: 400 }, () => 65_000));
  await gathered();
  expect(new Set(told.map((line) => line.replace(/^\d+ /, '')))).toEqual(new Set(['the queue is too slow']));
  expect(told.length).toBeGreaterThan(100);
  expect(told.length).toBeLessThan(200);
});

it('takes an event once, and tells whoever brings it again', async () => {
  const { calls, told, receipts, takeOf, gathered, settle } = setUp();
  takeOf(1, 'evt_same');
  takeOf(2, 'evt_other');
  takeOf(1, 'evt_same');
  await gathered();
  takeOf(1, 'evt_same');
  expect(calls.map(({ sizes }) => sizes)).toEqual([[1, 2]]);
  await settle(({ end }) => end());
  expect(told).toEqual(['1 new', '2 new', '3 repeated', '4 repeated']);
  expect(calls).toHaveLength(1);
  expect(receipts.deliveries('evt_same')).toEqual({ count: 3, firstAtMs: 1, lastAtMs: 4 });
  expect(receipts.told('evt_other')).toBe('status:told');
});

it('does not let the repeated wait for a queue, nor fail with it', async () => {
  const { told, receipts, takeOf, gathered, settle } = setUp();
  receipts.addReceipt('evt_before', 0);
  takeOf(1, 'evt_before');
  takeOf(1, 'evt_new');
  await gathered();
  expect(told).toEqual(['1 repeated']);
  await settle(({ fail }) => fail(new Error('the queue is down')));
  expect(told).toEqual(['1 repeated', '2 the queue is down']);
  expect(receipts.deliveries('evt_new')).toBeNull();
});
