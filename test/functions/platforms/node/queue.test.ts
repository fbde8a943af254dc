import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Consumed, Consumer } from '../../../../functions/consumer/consumer.ts';
import type { HandoffMessage } from '../../../../functions/ingress/handoff.ts';
import { createQueuePump } from '../../../../functions/platforms/node/queue/queue-pump.ts';
import {
  createSqliteQueue,
  type SqliteQueue,
} from '../../../../functions/platforms/node/queue/sqlite-queue.ts';
import { serialiseEvent } from '../../../../protocol/event/serialise-event.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { postStart } from '../../support/sample-events.ts';
import { SAMPLE_TRACEPARENT } from '../../support/sample-traceparent.ts';

const silent = { info: () => {}, warn: () => {}, error: () => {} };
const textOf = ({ body }: HandoffMessage) => new TextDecoder().decode(body);

type Consume = (text: string) => Promise<Consumed>;

function setUp(
  consume: Consume,
  concurrency = 16,
  wrap: (queue: SqliteQueue) => SqliteQueue = (queue) => queue,
  told: Pick<Parameters<typeof createQueuePump>[0], 'wants' | 'onSettled'> = {},
) {
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => database.close());
  const clock = createFakeClock();
  const queue = wrap(createSqliteQueue(database));
  const seen: string[] = [];
  const said: string[] = [];
  const consumer = {
    consume: (message: HandoffMessage) => {
      seen.push(textOf(message));
      return consume(textOf(message));
    },
  };
  const pump = createQueuePump({
    queue,
    consumer,
    log: { ...silent, error: (...line) => void said.push(String(line.at(-1))) },
    clock,
    concurrency,
    ...told,
  });
  const enqueue = (text: string) =>
    queue.enqueue({ body: new TextEncoder().encode(text), receivedAtMs: clock.nowMs() });
  return { clock, queue, pump, seen, said, enqueue };
}

const [unwanted, wanted] = [postStart({ key: 'unwanted' }), postStart({ key: 'wanted' })];
const done: Consume = async () => ({ kind: 'done' });

describe('the queue on Node', () => {
  it('hands out what was stored before it started, oldest first, once', async () => {
    const { clock, pump, seen, enqueue, queue } = setUp(done);
    for (const text of ['a', 'b', 'c']) await enqueue(text);
    pump.wake();
    await clock.advance(0);
    pump.wake();
    expect(seen).toEqual(['a', 'b', 'c']);
    expect(queue.nextDueMs(0)).toBeNull();
  });

  it('delivers again when asked to, no earlier', async () => {
    const answers: Consumed[] = [{ kind: 'retry', afterMs: 3_000 }, { kind: 'done' }];
    const { clock, pump, seen, enqueue } = setUp(async () => answers.shift() ?? { kind: 'done' });
    await enqueue('a');
    pump.wake();
    await clock.advance(0);
    await clock.advance(2_999);
    expect(seen).toEqual(['a']);
    await clock.advance(1);
    expect(seen).toEqual(['a', 'a']);
    expect(clock.pending()).toEqual([]);
  });

  it('keeps dead letters aside, with their reason', async () => {
    const { clock, pump, enqueue, queue } = setUp(async () => ({ kind: 'dead', reason: 'gave up: a' }));
    await enqueue('poison');
    pump.wake();
    await clock.advance(0);
    expect(queue.deadLetters().map(({ message, reason }) => [textOf(message), reason])).toEqual([
      ['poison', 'gave up: a'],
    ]);
    expect(queue.nextDueMs(0)).toBeNull();
    queue.forgetDeadBefore(clock.nowMs() + 1);
    expect(queue.deadLetters()).toEqual([]);
  });

  it('says that a dead letter was put aside when it is, and not when the disk refuses it', async () => {
    let refusals = 1;
    const refusing = (queue: SqliteQueue): SqliteQueue => ({
      ...queue,
      bury: (...of) => (refusals-- > 0 ? Promise.reject(new Error('disk is full')) : queue.bury(...of)),
    });
    const { clock, pump, enqueue, said } = setUp(async () => ({ kind: 'dead', reason: 'x' }), 16, refusing);
    await enqueue('poison');
    pump.wake();
    await clock.advance(0);
    expect(said).toEqual(['could not consume a message']);
    await clock.advance(10_000);
    expect(said).toEqual(['could not consume a message', 'moved an event to the dead letters']);
  });

  it('works on a bounded number of messages, and one slow one does not hold up the rest', async () => {
    const slow = Promise.withResolvers<Consumed>();
    const { clock, pump, seen, enqueue } = setUp((text) => (text === 'slow' ? slow.promise : done(text)), 2);
    for (const text of ['slow', 'b', 'c', 'd']) await enqueue(text);
    pump.wake();
    expect(seen).toEqual(['slow', 'b']);
    await clock.advance(0);
    expect(seen).toEqual(['slow', 'b', 'c', 'd']);
    slow.resolve({ kind: 'done' });
  });

  it('begins with the next when handlers have run, whose outcome is still to be kept', async () => {
    const kept = Promise.withResolvers<Consumed>();
    const begun: string[] = [];
    const database = new DatabaseSync(':memory:');
    onTestFinished(() => database.close());
    const clock = createFakeClock();
    const queue = createSqliteQueue(database);
    const consume: Consumer['consume'] = (message, known) => {
      begun.push(textOf(message));
      if (textOf(message) !== 'running') known?.onRan?.();
      return kept.promise;
    };
    const pump = createQueuePump({ queue, consumer: { consume }, log: silent, clock, concurrency: 1 });
    for (const text of ['a', 'b', 'running', 'next'])
      await queue.enqueue({ body: new TextEncoder().encode(text), receivedAtMs: clock.nowMs() });
    pump.wake();
    expect(begun).toEqual(['a', 'b', 'running']);
    kept.resolve({ kind: 'done' });
    await clock.advance(0);
    expect(begun).toEqual(['a', 'b', 'running', 'next']);
    expect(queue.waiting()).toBe(0);
  });

  it('delivers again after ten seconds when the consumer throws', async () => {
    let failures = 1;
    const { clock, pump, seen, enqueue } = setUp((text) =>
      failures-- > 0 ? Promise.reject(new Error('claim store down')) : done(text),
    );
    await enqueue('a');
    pump.wake();
    await clock.advance(0);
    await clock.advance(9_999);
    expect(seen).toEqual(['a']);
    await clock.advance(1);
    expect(seen).toEqual(['a', 'a']);
  });

  it('does not spin on a message that cannot be settled because the disk is full', async () => {
    const full = () => {
      throw new Error('database or disk is full');
    };
    const readOnly = (queue: SqliteQueue): SqliteQueue => ({ ...queue, done: full, retryAt: full });
    const { clock, pump, seen, enqueue } = setUp(done, 16, readOnly);
    await enqueue('a');
    pump.wake();
    await clock.advance(0);
    await clock.advance(9_000);
    expect(seen).toEqual(['a']);
    await clock.advance(1_000);
    expect(seen).toEqual(['a', 'a']);
    await pump.close(0);
  });

  it('removes what no handler wants, beside a slow one, and runs nothing for it', async () => {
    const slow = Promise.withResolvers<Consumed>();
    let settled = 0;
    const onSettled = () => {
      settled += 1;
    };
    const { clock, pump, seen, enqueue, queue } = setUp(
      () => slow.promise,
      1,
      (one) => one,
      { wants: (event) => event.id === wanted.id, onSettled },
    );
    await enqueue('slow');
    pump.wake();
    for (const event of [unwanted, wanted]) {
      const message = { body: new TextEncoder().encode(event.id), receivedAtMs: clock.nowMs() };
      const id = await queue.enqueueIf(message, () => true, event);
      pump.stored(event, id ?? 0);
    }
    await clock.advance(0);
    expect([seen, queue.waiting(), queue.unhandled(), settled]).toEqual([['slow'], 2, 2, 1]);
    slow.resolve({ kind: 'done' });
    await clock.advance(0);
    expect([seen, queue.waiting(), settled]).toEqual([['slow', wanted.id], 0, 3]);
  });

  it('finds what no handler wants again where it could not be removed', async () => {
    let failures = 1;
    const flaky = (queue: SqliteQueue): SqliteQueue => ({
      ...queue,
      done: (id) => (failures-- > 0 ? Promise.reject(new Error('disk is full')) : queue.done(id)),
    });
    const { clock, pump, seen, queue } = setUp(done, 1, flaky, { wants: () => false });
    const message = { body: new TextEncoder().encode('a'), receivedAtMs: clock.nowMs() };
    pump.stored(unwanted, (await queue.enqueueIf(message, () => true, unwanted)) ?? 0);
    await clock.advance(0);
    await clock.advance(9_999);
    expect([seen, queue.waiting()]).toEqual([[], 1]);
    await clock.advance(1);
    expect([seen, queue.waiting()]).toEqual([['a'], 0]);
  });

  it('when closed takes nothing more, and waits for what is in work', async () => {
    const slow = Promise.withResolvers<Consumed>();
    const { clock, pump, seen, enqueue, queue } = setUp(() => slow.promise, 1);
    for (const text of ['a', 'b']) await enqueue(text);
    pump.wake();
    const closed = pump.close(10_000);
    slow.resolve({ kind: 'done' });
    await closed;
    expect(seen).toEqual(['a']);
    expect(queue.due(clock.nowMs(), new Set(), 10)).toHaveLength(1);
  });
});

it('gives what was read of a message back with it, the first time; later, and beyond 4 MiB, what is on the disk', async () => {
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => database.close());
  const queue = createSqliteQueue(database);
  const event = postStart({ key: 'read' });
  const message = { body: serialiseEvent(event), receivedAtMs: 1 };
  const large = { body: new Uint8Array(4 * 1024 * 1024), receivedAtMs: 1 };
  await queue.enqueueIf(message, () => true, event);
  await queue.enqueueIf(large, () => true, event);
  const due = () => queue.due(1, new Set(), 10);
  expect(due().map((queued) => queued.event)).toEqual([event, undefined]);
  expect(due().map((queued) => queued.event)).toEqual([undefined, undefined]);
  expect(due().map(({ message: { body } }) => body.length)).toEqual([message.body.length, large.body.length]);
});

it('keeps the verified headers and the trace context beside the body, also in a file that an earlier version made', async () => {
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => database.close());
  database.exec(`CREATE TABLE queue (id INTEGER PRIMARY KEY AUTOINCREMENT, body BLOB NOT NULL,
    received_at_ms INTEGER NOT NULL, due_at_ms INTEGER NOT NULL);
    INSERT INTO queue (body, received_at_ms, due_at_ms) VALUES (x'6f6c64', 1, 1)`);
  const queue = createSqliteQueue(database);
  const signed = { id: 'evt_a', timestamp: '1795357442', signature: 'v1,c2lnbmF0dXJl', verified: true };
  await queue.enqueue({
    body: new TextEncoder().encode('new'),
    receivedAtMs: 2,
    signed,
    traceparent: SAMPLE_TRACEPARENT,
  });
  const due = queue.due(2, new Set(), 10);
  expect(due.map(({ message }) => [textOf(message), message.signed, message.traceparent])).toEqual([
    ['old', undefined, undefined],
    ['new', signed, SAMPLE_TRACEPARENT],
  ]);
  for (const { id } of due) await queue.bury(id, 'given up', 3);
  const dead = queue.deadLetters().map(({ message }) => [message.signed, message.traceparent]);
  expect(dead).toEqual([
    [undefined, undefined],
    [signed, SAMPLE_TRACEPARENT],
  ]);
});
