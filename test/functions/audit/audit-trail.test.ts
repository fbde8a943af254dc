import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { createAuditTrail } from '../../../functions/audit/audit-trail.ts';
import type { ChainStore } from '../../../functions/audit/chain-store.ts';
import { createSqlAuditReader } from '../../../functions/audit/sql/sql-audit-reader.ts';
import { createSqlChainStore } from '../../../functions/audit/sql/sql-chain-store.ts';
import { createSqliteSql } from '../../../functions/platforms/node/sqlite/sqlite-sql.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { soundChain } from './store/chain-behaviour.ts';
import { runOf, STREAM, sample } from './store/sample-records.ts';

/** A trail on SQLite whose store's calls can be replaced; `appends` has the size of each group that was tried. */
function setUp(replace: (real: ChainStore) => Partial<ChainStore> = () => ({})) {
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => database.close());
  const sql = createSqliteSql(database);
  const real = createSqlChainStore(sql);
  const replaced = { ...real, ...replace(real) };
  const appends: number[] = [];
  const store: ChainStore = {
    ...replaced,
    append: (records) => {
      appends.push(records.length);
      return replaced.append(records);
    },
  };
  const clock = createFakeClock();
  const trail = createAuditTrail({ store, clock, random: () => 1 });
  return { trail, clock, appends, real, reader: createSqlAuditReader(sql) };
}

const samples = (count: number, stream = STREAM) =>
  Promise.all(Array.from({ length: count }, (_, index) => sample(`${stream} ${index}`, { stream })));

/** What became of each, once all are settled. */
async function outcomes(promises: readonly Promise<unknown>[]): Promise<readonly string[]> {
  const settled = await Promise.allSettled(promises);
  return settled.map((one) => (one.status === 'fulfilled' ? 'recorded' : String(one.reason.message)));
}

it('puts what is appended at the same time into groups of at most 25, in order', async () => {
  const { trail, appends, reader } = setUp();
  const entries = await samples(60);
  await Promise.all(entries.map((entry) => trail.append(entry)));
  expect(appends).toEqual([25, 25, 10]);
  const records = await soundChain(reader, STREAM);
  expect(records.map(({ content }) => JSON.parse(content).eventId)).toEqual(
    entries.map(({ facts }) => facts.eventId),
  );
});

it('does not let one stream wait for another', async () => {
  const held = Promise.withResolvers<void>();
  const { trail } = setUp((real) => ({
    end: async (stream, ids) => {
      if (stream === STREAM) await held.promise;
      return real.end(stream, ids);
    },
  }));
  const waiting = trail.append(await sample('a'));
  await trail.append(await sample('b', { stream: 'urn:offhook:cluster:other' }));
  held.resolve();
  await waiting;
});

it('tells everyone who waits when the store cannot be reached, and works again afterwards', async () => {
  let down = true;
  const { trail, reader } = setUp((real) => ({
    append: async (records) => {
      if (down) throw new Error('disk I/O error');
      return real.append(records);
    },
  }));
  const entries = await samples(40);
  const told = await outcomes(entries.map((entry) => trail.append(entry)));
  expect(told).toEqual(entries.map(() => 'the audit trail could not be written'));
  down = false;
  expect(await outcomes(entries.map((entry) => trail.append(entry)))).toEqual(entries.map(() => 'recorded'));
  expect(await soundChain(reader, STREAM)).toHaveLength(40);
});

it('records once what a store had taken before it failed', async () => {
  let failures = 1;
  const { trail, reader } = setUp((real) => ({
    append: async (records) => {
      await real.append(records);
      if (failures-- > 0) throw new Error('connection lost after the commit');
      return 'appended';
    },
  }));
  const run = runOf('a');
  expect(await outcomes([trail.recordRun(run)])).toEqual(['the audit trail could not be written']);
  expect(await outcomes([trail.recordRun(run), trail.recordRun(run)])).toEqual(['recorded', 'recorded']);
  expect(await soundChain(reader, STREAM)).toHaveLength(1);
});

it('tries again after others were faster, each time later, and gives up in the end', async () => {
  let conflicts = 2;
  const { trail, clock, appends, reader } = setUp((real) => ({
    append: async (records) => (conflicts-- > 0 ? 'conflict' : real.append(records)),
  }));
  const first = trail.append(await sample('a'));
  for (const pauseMs of [20, 40]) {
    await until('the pause', () => clock.pending().includes(pauseMs));
    await clock.advance(pauseMs);
  }
  await first;
  expect([appends, await soundChain(reader, STREAM)]).toEqual([[1, 1, 1], [expect.anything()]]);
  conflicts = Number.POSITIVE_INFINITY;
  let over = false;
  const hopeless = outcomes([trail.append(await sample('b'))]).finally(() => {
    over = true;
  });
  while (!over) {
    await until('the pause, or the end', () => over || clock.pending().length === 2);
    await clock.advance(1_000);
  }
  expect(await hopeless).toEqual(['the audit trail could not be written']);
  expect(appends).toHaveLength(3 + 12);
  expect(clock.pending()).toEqual([]);
});

it('does not wait for ever for a store that does not answer', async () => {
  const { trail, clock } = setUp(() => ({ end: () => new Promise<never>(() => {}) }));
  const entries = await samples(30);
  const told = outcomes(entries.map((entry) => trail.append(entry)));
  await turn();
  await clock.advance(20_000);
  expect(new Set(await told)).toEqual(new Set(['the audit trail could not be written']));
});

it('does not append any more what it has given up on', async () => {
  const held = Promise.withResolvers<void>();
  const { trail, clock, appends } = setUp((real) => ({
    end: async (stream, ids) => {
      await held.promise;
      return real.end(stream, ids);
    },
  }));
  const told = outcomes([trail.append(await sample('a'))]);
  await turn();
  await clock.advance(20_000);
  await told;
  held.resolve();
  await turn();
  await turn();
  expect(appends).toEqual([]);
});

it('takes no more than a limited number of callers, and loses none of those it took', async () => {
  const { trail, reader } = setUp();
  const runs = Array.from({ length: 2_010 }, (_, index) => runOf('a', { attempt: index + 1 }));
  const told = await outcomes(runs.map((run) => trail.recordRun(run)));
  expect(told.filter((one) => one === 'recorded')).toHaveLength(2_000);
  expect(told.at(-1)).toMatch(/cannot keep up: 2000 records wait already/);
  await trail.recordRun(runOf('after them'));
  expect((await reader.chain(STREAM, { after: 1_999, limit: 10 })).map(({ position }) => position)).toEqual([
    2_000, 2_001,
  ]);
});

it('removes a long history in steps, each of which is announced', async () => {
  const steps: number[] = [];
  const { trail, clock, reader } = setUp((real) => ({
    removeUpTo: async (...args) => {
      const removed = await real.removeUpTo(...args);
      steps.push(removed);
      return removed;
    },
  }));
  const runs = Array.from({ length: 1_200 }, (_, index) =>
    runOf('a', { attempt: index + 1, finishedAtMs: 5 }),
  );
  await Promise.all(runs.map((run) => trail.recordRun(run)));
  expect(await trail.prune(STREAM, clock.nowMs())).toBe(1_200);
  expect(steps).toEqual([500, 500, 200]);
  expect((await soundChain(reader, STREAM)).map(({ position }) => position)).toEqual([1_201]);
});
