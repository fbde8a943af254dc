import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { HandoffMessage } from '../../../../functions/ingress/handoff.ts';
import { createSharedSend } from '../../../../functions/platforms/cloudflare/claims/shared-send.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';

type Call = {
  readonly sizes: readonly number[];
  readonly end: () => void;
  readonly fail: (error: Error) => void;
};

/** A queue whose calls end when the test says so. What was sent settles into `told`, by its number. */
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
  const send = createSharedSend(() => queue, clock);
  let count = 0;
  const sendOf = (bytes: number) => {
    const number = ++count;
    void send({ body: new Uint8Array(bytes), receivedAtMs: 0 }).then(
      () => told.push(`${number} sent`),
      (error: Error) => told.push(`${number} ${error.message}`),
    );
  };
  return {
    clock,
    calls,
    told,
    sendAll: (sizes: readonly number[]) => sizes.forEach(sendOf),
    gathered: () => clock.advance(3),
    settle: async (settleCall: (call: Call) => void) => {
      settleCall(calls.at(-1) as Call);
      await turn();
    },
  };
}

it('sends together what comes within 3 ms, and then what came while that was under way', async () => {
  const { clock, calls, told, sendAll, gathered, settle } = setUp();
  const sizes = () => calls.map((call) => call.sizes);
  sendAll([1]);
  await clock.advance(2);
  sendAll([2]);
  expect(sizes()).toEqual([]);
  await clock.advance(1);
  expect(sizes()).toEqual([[1, 2]]);
  sendAll([3, 4]);
  await gathered();
  expect([sizes(), told]).toEqual([[[1, 2]], []]);
  await settle(({ end }) => end());
  expect([sizes(), told]).toEqual([
    [
      [1, 2],
      [3, 4],
    ],
    ['1 sent', '2 sent'],
  ]);
  await settle(({ end }) => end());
  sendAll([5]);
  expect(calls).toHaveLength(2);
  await gathered();
  expect(sizes().at(-1)).toEqual([5]);
});

it('tells each of a call that fails, and sends what comes after it', async () => {
  const { told, sendAll, gathered, settle } = setUp();
  sendAll([1, 2]);
  await gathered();
  sendAll([3]);
  await settle(({ fail }) => fail(new Error('the queue is down')));
  expect(told).toEqual(['1 the queue is down', '2 the queue is down']);
  await settle(({ end }) => end());
  expect(told.at(-1)).toBe('3 sent');
});

it('gives up a call that does not end, so that the next is sent', async () => {
  const { clock, told, sendAll, gathered, settle } = setUp();
  sendAll([1]);
  await gathered();
  sendAll([2]);
  await clock.advance(9_999);
  expect(told).toEqual([]);
  await clock.advance(1);
  await settle(({ end }) => end());
  expect(told).toEqual(['1 the queue has not answered in 10 s', '2 sent']);
});

it('keeps each call within a hundred messages and 256 kB, and what is large alone', async () => {
  const { calls, sendAll, gathered, settle } = setUp();
  const small = Array.from({ length: 150 }, () => 10);
  const middling = Array.from({ length: 7 }, () => 65_000);
  sendAll([...small, ...middling, 120_000, 10, 10]);
  await gathered();
  for (let call = 1; call < 7; call += 1) await settle(({ end }) => end());
  expect(calls.map(({ sizes }) => sizes.length)).toEqual([100, 52, 3, 2, 1, 2]);
});

it('refuses what it cannot keep waiting', async () => {
  const { told, sendAll, gathered } = setUp();
  sendAll(Array.from({ length: 400 }, () => 65_000));
  await gathered();
  expect(new Set(told.map((line) => line.replace(/^\d+ /, '')))).toEqual(new Set(['the queue is too slow']));
  expect(told.length).toBeGreaterThan(100);
  expect(told.length).toBeLessThan(200);
});
