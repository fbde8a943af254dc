import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { createPassingIntake } from '../../../../functions/platforms/node/queue/passing-intake.ts';
import { createPassingMessages } from '../../../../functions/platforms/node/queue/passing-messages.ts';
import { createQueuePump } from '../../../../functions/platforms/node/queue/queue-pump.ts';
import { createSqliteIntake } from '../../../../functions/platforms/node/queue/sqlite-intake.ts';
import { createSqliteQueue } from '../../../../functions/platforms/node/queue/sqlite-queue.ts';
import { createGroupCommit } from '../../../../functions/platforms/node/sqlite/group-commit.ts';
import { createSqliteClaims } from '../../../../functions/platforms/node/sqlite/sqlite-claims.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { temporaryDirectory } from '../../../support/journal-directory.ts';
import { postStart } from '../../support/sample-events.ts';
import { SAMPLE_TRACEPARENT } from '../../support/sample-traceparent.ts';

const event = postStart({ key: 'passing' });
const encoder = new TextEncoder();

function setUp({ maxWaiting = 100 } = {}) {
  const file = join(temporaryDirectory(), 'receiver.db');
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL');
  /** What is durable, as another program sees it. */
  const outside = new DatabaseSync(file, { readOnly: true });
  onTestFinished(() => {
    outside.close();
    if (database.isOpen) database.close();
  });
  const commit = createGroupCommit(database);
  const queue = createSqliteQueue(database, { maxWaiting, commit });
  const { receipts, told, deliveries } = createSqliteClaims(database, { commit });
  const passing = createPassingMessages(database, { commitOutcome: commit.lazily });
  const passed: (readonly [id: number, count: number])[] = [];
  const onPassed = (id: number, count: number) => void passed.push([id, count]);
  const pass = createPassingIntake({ receipts, passing, commit, onPassed });
  let passes = true;
  const intake = createSqliteIntake({
    queue,
    receipts,
    passing: { passes: () => passes, take: pass },
    pace: { turn: async () => {} },
    onStored: () => {},
  });
  const keyOf = (eventId: string) => ({ source: 'urn:a', eventId, partitionKey: 'uid/app' });
  return {
    database,
    commit,
    queue,
    passing,
    passed,
    take: (eventId: string, text = eventId, receivedAtMs = 1) =>
      intake.take(
        { key: keyOf(eventId), told: `status:${text}`, event },
        { body: encoder.encode(text), receivedAtMs },
      ),
    pass,
    want: () => {
      passes = false;
    },
    told: (eventId: string) => told(keyOf(eventId)),
    deliveries: (eventId: string) => deliveries(keyOf(eventId)),
    count: (table: string) => Number(outside.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n),
  };
}

it('what no handler wants is on the disk with its receipts when it is taken, those of a turn as one row', async () => {
  const { take, told, deliveries, count, passed, passing } = setUp();
  const ids = Array.from({ length: 20 }, (_, index) => `evt_${index}`);
  const taken = await Promise.all([...ids, 'evt_3', 'evt_3'].map((id) => take(id)));
  expect(taken).toEqual([...ids.map(() => 'new'), 'repeated', 'repeated']);
  expect([count('passing'), count('receipt_log'), count('queue')]).toEqual([1, 20, 0]);
  expect([await told('evt_19'), await deliveries('evt_3')]).toEqual([
    'status:evt_19',
    { count: 3, firstAtMs: 1, lastAtMs: 1 },
  ]);
  expect(await Promise.all([take('evt_3'), take('evt_20')])).toEqual(['repeated', 'new']);
  expect(await take('evt_20')).toBe('repeated');
  expect(passed).toEqual([
    [1, 20],
    [2, 1],
  ]);
  await passing.remove(2);
  expect([count('passing'), count('receipt_log')]).toEqual([0, 21]);
});

it('one that cannot be stored takes no other with it', async () => {
  const { take, told, count, database, passed } = setUp();
  database.exec(`CREATE TRIGGER no_b BEFORE INSERT ON receipt_log WHEN new.event_id = 'evt_b'
    BEGIN SELECT RAISE(ABORT, 'not this one'); END`);
  const results = await Promise.allSettled(['evt_a', 'evt_b', 'evt_c'].map((id) => take(id)));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect([await told('evt_a'), await told('evt_b'), await told('evt_c')]).toEqual([
    'status:evt_a',
    null,
    'status:evt_c',
  ]);
  expect(passed.map(([, count]) => count)).toEqual([1, 1]);
  database.exec('DROP TRIGGER no_b');
  expect(await take('evt_b')).toBe('new');
  expect(count('receipt_log')).toBe(3);
});

it('another work of the turn that fails stores nothing twice', async () => {
  const { take, commit, count, passed } = setUp();
  const failing = commit(() => {
    throw new Error('not this one');
  });
  const results = await Promise.allSettled([take('evt_a'), failing, take('evt_b')]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect([count('passing'), count('receipt_log'), passed.length]).toEqual([1, 2, 1]);
});

it('a row holds a megabyte of bodies', async () => {
  const { pass, count } = setUp();
  const body = new Uint8Array(200_000).fill(65);
  const one = (index: number) => pass({ eventId: `evt_${index}`, nowMs: 1 }, { body, receivedAtMs: 1 });
  await Promise.all(Array.from({ length: 11 }, (_, index) => one(index)));
  expect([count('passing'), count('receipt_log')]).toEqual([3, 11]);
});

it('what an earlier process has not removed any more is in the queue of the next, as it came', async () => {
  const { take, pass, database, want } = setUp();
  const signed = { id: 'evt_a', timestamp: '1', signature: 'v1,AA==', verified: true };
  const body = encoder.encode('a with ümlauts');
  await Promise.all([
    pass({ eventId: 'evt_a', nowMs: 5 }, { body, receivedAtMs: 5, signed, traceparent: SAMPLE_TRACEPARENT }),
    pass({ eventId: 'evt_b', nowMs: 6 }, { body: encoder.encode('b'), receivedAtMs: 6 }),
  ]);
  await take('evt_c', 'c', 7);
  want();
  await take('evt_d', 'd', 8);
  const queue = createSqliteQueue(database);
  const due = queue.due(8, new Set(), 10).map(({ message }) => message);
  expect(due).toEqual([
    { body, receivedAtMs: 5, signed, traceparent: SAMPLE_TRACEPARENT },
    { body: encoder.encode('b'), receivedAtMs: 6 },
    { body: encoder.encode('c'), receivedAtMs: 7 },
    { body: encoder.encode('d'), receivedAtMs: 8 },
  ]);
  expect([queue.waiting(), queue.unhandled()]).toEqual([4, 4]);
  expect(database.prepare('SELECT 1 FROM passing').all()).toEqual([]);
});

it('a full queue takes nothing that no handler wants either, and answers what it knows', async () => {
  const { take, want, queue, count } = setUp({ maxWaiting: 1 });
  expect(await take('evt_a')).toBe('new');
  await queue.enqueue({ body: encoder.encode('waits'), receivedAtMs: 1 });
  await expect(take('evt_b')).rejects.toThrow('the queue is full (1 events)');
  expect(await take('evt_a')).toBe('repeated');
  await queue.done(1);
  expect(await take('evt_b')).toBe('new');
  want();
  expect([await take('evt_b'), count('queue')]).toEqual(['repeated', 0]);
});

it('removes it, tells that it is settled, tries again where that fails, and leaves it to the next start when closed', async () => {
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => database.close());
  const clock = createFakeClock();
  let failures = 1;
  const removed: number[] = [];
  const passing = {
    remove: async (id: number) => {
      if (failures-- > 0) throw new Error('disk is full');
      removed.push(id);
    },
  };
  let settled = 0;
  const said: string[] = [];
  const pump = createQueuePump({
    queue: createSqliteQueue(database),
    passing,
    consumer: { consume: async () => ({ kind: 'done' }) },
    wants: ({ id }) => id !== event.id,
    log: { info() {}, warn() {}, error: (...line) => void said.push(String(line.at(-1))) },
    clock,
    concurrency: 1,
    onSettled: () => {
      settled += 1;
    },
  });
  expect([pump.passes(event), pump.passes(postStart({ key: 'wanted' }))]).toEqual([true, false]);
  pump.passed(1, 3);
  await clock.advance(0);
  await clock.advance(9_999);
  expect([removed, settled, said]).toEqual([[], 0, ['could not remove messages that no handler wants']]);
  await clock.advance(1);
  expect([removed, settled]).toEqual([[1], 3]);
  pump.passed(2, 1);
  await pump.close(1_000);
  expect([removed, settled, pump.passes(event)]).toEqual([[1, 2], 4, false]);
});
