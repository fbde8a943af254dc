import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { createSqliteIntake } from '../../../../functions/platforms/node/queue/sqlite-intake.ts';
import { createSqliteQueue } from '../../../../functions/platforms/node/queue/sqlite-queue.ts';
import { type Commit, createGroupCommit } from '../../../../functions/platforms/node/sqlite/group-commit.ts';
import { createSqliteClaims } from '../../../../functions/platforms/node/sqlite/sqlite-claims.ts';
import { temporaryDirectory } from '../../../support/journal-directory.ts';
import { postStart } from '../../support/sample-events.ts';

const event = postStart({ key: 'a' });

function setUp() {
  const file = join(temporaryDirectory(), 'receiver.db');
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE notes (text TEXT NOT NULL UNIQUE)');
  /** What is durable, as another program sees it. */
  const outside = new DatabaseSync(file, { readOnly: true });
  onTestFinished(() => {
    outside.close();
    if (database.isOpen) database.close();
  });
  const commit = createGroupCommit(database);
  const note = (text: string) => commit(() => database.prepare('INSERT INTO notes VALUES (?)').run(text));
  const notes = () =>
    outside
      .prepare('SELECT text FROM notes ORDER BY text')
      .all()
      .map(({ text }) => text);
  return { database, commit, note, notes, outside };
}

it('commits what is asked for in one turn at once, and tells nobody before', async () => {
  const { database, note, notes } = setUp();
  let commits = 0;
  const exec = database.exec.bind(database);
  database.exec = (sql) => {
    if (sql === 'COMMIT') {
      commits += 1;
      expect(notes()).toEqual([]);
    }
    exec(sql);
  };
  await Promise.all(Array.from({ length: 64 }, (_, index) => note(`note ${index}`)));
  expect(notes()).toHaveLength(64);
  expect(commits).toBe(1);
});

it('work that fails takes no other with it', async () => {
  const { note, notes } = setUp();
  const results = await Promise.allSettled([note('a'), note('a'), note('b')]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(notes()).toEqual(['a', 'b']);
});

it('each work is all or nothing as if alone, whichever of its turn fail, and where', async () => {
  const work = fc.record({
    texts: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'), { maxLength: 3 }),
    breaks: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0),
  });
  const turns = fc.array(fc.array(work, { minLength: 1, maxLength: 6 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(turns, async (groups) => {
      const database = new DatabaseSync(':memory:');
      database.exec('CREATE TABLE notes (text TEXT NOT NULL UNIQUE)');
      const commit = createGroupCommit(database);
      const insert = database.prepare('INSERT INTO notes VALUES (?)');
      const known = new Set<string>();
      try {
        for (const group of groups) {
          const expected = group.map(({ texts, breaks }) => {
            const isFine = !breaks && new Set([...texts, ...known]).size === texts.length + known.size;
            if (isFine) for (const text of texts) known.add(text);
            return isFine ? 'fulfilled' : 'rejected';
          });
          const results = await Promise.allSettled(
            group.map(({ texts, breaks }) =>
              commit(() => {
                for (const text of texts) insert.run(text);
                if (breaks) throw new Error('the work breaks off');
              }),
            ),
          );
          expect(results.map(({ status }) => status)).toEqual(expected);
          const rows = database.prepare('SELECT text FROM notes ORDER BY text').all();
          expect(rows.map(({ text }) => text)).toEqual([...known].sort());
        }
      } finally {
        database.close();
      }
    }),
    { numRuns: 200 },
  );
});

it('what was run twice because of another is counted once, up to the last place in the queue', async () => {
  const { database, commit, note } = setUp();
  const queue = createSqliteQueue(database, { commit, maxWaiting: 3 });
  const message = { body: new TextEncoder().encode('{}'), receivedAtMs: 1 };
  const enqueue = () => queue.enqueue(message);
  await note('a');
  const mixed = [enqueue(), enqueue(), note('a'), enqueue(), note('b'), enqueue()];
  const statuses = (await Promise.allSettled(mixed)).map(({ status }) => status);
  expect(statuses).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'rejected']);
  expect([queue.waiting(), queue.unhandled(), queue.due(1, new Set(), 9).length]).toEqual([3, 3, 3]);
  const outcomes = [queue.done(1), queue.retryAt(2, 5), note('a')];
  await Promise.allSettled(outcomes);
  expect([queue.waiting(), queue.unhandled(), queue.due(9, new Set(), 9).length]).toEqual([2, 1, 2]);
});

it('when the commit itself fails, everybody is told', async () => {
  const { database, note, notes } = setUp();
  const exec = database.exec.bind(database);
  database.exec = (sql) => {
    if (sql === 'COMMIT') throw new Error('database or disk is full');
    exec(sql);
  };
  const results = await Promise.allSettled([note('a'), note('b')]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(notes()).toEqual([]);
  database.exec = exec;
  await note('c');
  expect(notes()).toEqual(['c']);
});

it('an event is queued once with its receipt, however many deliveries of it come at the same time', async () => {
  const { database, commit, outside } = setUp();
  const queue = createSqliteQueue(database, { commit });
  const { receipts } = createSqliteClaims(database, { commit });
  const pace = { turn: async () => {} };
  let woken = 0;
  const onStored = () => {
    woken += 1;
  };
  const intake = createSqliteIntake({ queue, receipts, pace, onStored });
  const key = { source: 'urn:a', eventId: 'evt_a', partitionKey: 'uid/app' };
  const message = { body: new TextEncoder().encode('{}'), receivedAtMs: 1 };
  const taken = await Promise.all(
    Array.from({ length: 5 }, () => intake.take({ key, told: 'x', event }, message)),
  );
  expect(taken).toEqual(['new', 'repeated', 'repeated', 'repeated', 'repeated']);
  const count = (table: string) => outside.prepare(`SELECT COUNT(*) AS n FROM ${table}`).get()?.n;
  expect([count('queue'), count('receipts'), woken, queue.unhandled()]).toEqual([1, 1, 1, 1]);
});

it('an event is on the disk with its receipt when it is taken, and a few outcomes are one statement', async () => {
  const { database, commit, outside } = setUp();
  const queue = createSqliteQueue(database, { commit, commitOutcome: commit.lazily });
  const { receipts } = createSqliteClaims(database, { commit });
  const ids: number[] = [];
  const onStored = (_event: unknown, id: number) => void ids.push(id);
  const intake = createSqliteIntake({ queue, receipts, pace: { turn: async () => {} }, onStored });
  const inQueue = () => outside.prepare('SELECT COUNT(*) AS n FROM queue').get()?.n;
  const take = async (eventId: string) => {
    const key = { source: 'urn:a', eventId, partitionKey: 'uid/app' };
    await intake.take({ key, told: 'x', event }, { body: new TextEncoder().encode('{}'), receivedAtMs: 1 });
    return inQueue();
  };
  expect(await Promise.all(['evt_a', 'evt_b', 'evt_c'].map(take))).toEqual([3, 3, 3]);
  const [a = 0, b = 0, c = 0] = ids;
  const removed = [queue.done(a), queue.done(b), queue.done(b)];
  expect(inQueue()).toBe(3);
  await Promise.all(removed);
  expect([inQueue(), queue.waiting(), queue.unhandled()]).toEqual([1, 1, 1]);
  await queue.done(c);
  expect([inQueue(), queue.waiting(), queue.unhandled()]).toEqual([0, 0, 0]);
});

it('outcomes that could not be kept are kept by the next', async () => {
  const { database, commit } = setUp();
  let down = true;
  const commitOutcome: Commit = (work) =>
    down ? Promise.reject(new Error('database or disk is full')) : commit(work);
  const queue = createSqliteQueue(database, { commit, commitOutcome });
  await queue.enqueue({ body: new TextEncoder().encode('{}'), receivedAtMs: 1 });
  const [first] = queue.due(1, new Set(), 1);
  await expect(queue.done(first?.id ?? 0)).rejects.toThrow('disk is full');
  expect(queue.waiting()).toBe(1);
  down = false;
  await queue.done(first?.id ?? 0);
  expect(queue.waiting()).toBe(0);
});

it('forgets in steps, others are served in between, and ends where it is told', async () => {
  const { database, commit, note, notes } = setUp();
  const claims = createSqliteClaims(database, { commit, retentionMs: 1_000 });
  database.exec(`WITH RECURSIVE n (at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM n WHERE at < 4500)
    INSERT INTO receipts (event_id, stored_at_ms) SELECT printf('evt_%05d', at), 1 FROM n`);
  const left = () => database.prepare('SELECT COUNT(*) AS n FROM receipts').get()?.n;
  let steps = 0;
  const twice = () => {
    steps += 1;
    return steps < 2;
  };
  await claims.forgetExpired(1_002, twice);
  expect(left()).toBe(2_500);
  const forgotten = claims.forgetExpired(1_002);
  await note('meanwhile');
  expect(left()).toBe(1_500);
  await forgotten;
  expect([left(), notes()]).toEqual([0, ['meanwhile']]);
});

it('a full queue takes neither the event nor its receipt, and answers what it knows', async () => {
  const { database, commit } = setUp();
  const queue = createSqliteQueue(database, { commit, maxWaiting: 1 });
  const { receipts } = createSqliteClaims(database, { commit });
  const intake = createSqliteIntake({ queue, receipts, pace: { turn: async () => {} }, onStored: () => {} });
  const take = (eventId: string) =>
    intake.take(
      { key: { source: 'urn:a', eventId, partitionKey: 'uid/app' }, told: 'x', event },
      { body: new TextEncoder().encode('{}'), receivedAtMs: 1 },
    );
  expect(await take('evt_a')).toBe('new');
  await expect(take('evt_b')).rejects.toThrow('the queue is full (1 events)');
  expect(await take('evt_a')).toBe('repeated');
  const [first] = queue.due(1, new Set(), 1);
  await queue.done(first?.id ?? 0);
  expect(await take('evt_b')).toBe('new');
});

it('what need not survive a power cut is there for others at once, and work that fails takes no other with it', async () => {
  const { database, notes } = setUp();
  const soon = createGroupCommit(database, 'soon');
  const note = (text: string) => soon(() => database.prepare('INSERT INTO notes VALUES (?)').run(text));
  let turnEnded = false;
  setImmediate(() => {
    turnEnded = true;
  });
  const results = await Promise.allSettled([note('a'), note('a'), note('b')]);
  expect(turnEnded).toBe(false);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(notes()).toEqual(['a', 'b']);
  expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
});
