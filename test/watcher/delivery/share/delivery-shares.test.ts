import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createDeliveryShares,
  type ShareLimits,
} from '../../../../watcher/delivery/share/delivery-shares.ts';
import { createFakeClock, type FakeClock } from '../../../support/fake-clock.ts';

type Wanted = {
  readonly name: string;
  readonly tenant?: string;
  /** How many it has to send. */
  readonly backlog: number;
  /** How long its receiver takes; the deadline where it never answers. */
  readonly answersInMs: number;
};

type Queue = {
  readonly name: string;
  readonly party: string;
  readonly tenant: string | undefined;
  waiting: number;
  inFlight: number;
  readonly begunAtMs: number[];
  add(more: number): void;
  leave(): void;
};

const NEVER_MS = 15_000;

/** Queues that take what they may, as those of subscriptions do. */
function run(clock: FakeClock, limits: ShareLimits, onStep: (all: readonly Queue[]) => void = () => {}) {
  const shares = createDeliveryShares(clock, limits);
  const all: Queue[] = [];

  function join({ name, tenant, backlog, answersInMs }: Wanted): Queue {
    const queue: Queue = {
      name,
      party: tenant ?? `own ${name}`,
      tenant,
      waiting: backlog,
      inFlight: 0,
      begunAtMs: [],
      add(more: number) {
        queue.waiting += more;
        pump();
        onStep(all);
      },
      leave: () => slots.leave(),
    };
    const slots = shares.join({ name, ...(tenant !== undefined && { tenant }) }, pump);
    function pump(): void {
      while (queue.waiting > 0 && slots.admits()) {
        slots.begin();
        queue.waiting -= 1;
        queue.inFlight += 1;
        queue.begunAtMs.push(clock.monotonicMs());
        clock.after(answersInMs, () => {
          queue.inFlight -= 1;
          slots.end();
          pump();
          onStep(all);
        });
      }
    }
    all.push(queue);
    pump();
    onStep(all);
    return queue;
  }
  return { join };
}

const inFlight = (queues: readonly Queue[]) => queues.reduce((sum, queue) => sum + queue.inFlight, 0);

/** What has to hold at every moment; by its own arithmetic. */
function check(all: readonly Queue[], { inFlight: most, tenant }: ShareLimits): void {
  const parties = Map.groupBy(all, ({ party }) => party);
  const tenants = [...parties.values()].filter(([first]) => first?.tenant !== undefined).length;
  const others = parties.size - tenants;
  const kept = most - Math.floor(most / 2);
  const ofTenants = others === 0 ? kept : Math.floor(kept / 2);
  const ofOthers = tenants === 0 ? kept : kept - Math.floor(kept / 2);
  const partOf = (queues: readonly Queue[]) =>
    queues[0]?.tenant === undefined
      ? Math.max(1, Math.floor(ofOthers / others))
      : Math.max(1, Math.floor(ofTenants / tenants));
  const pooled = [...parties.values()].reduce(
    (sum, queues) => sum + Math.max(0, inFlight(queues) - partOf(queues)),
    0,
  );
  // Beside those that somebody new may begin, there may be what others began when they were fewer.
  expect(inFlight(all)).toBeLessThanOrEqual(most + kept + parties.size);
  for (const queues of parties.values()) {
    const isTenant = queues[0]?.tenant !== undefined;
    const limit = isTenant ? tenant.concurrency : Number.POSITIVE_INFINITY;
    expect(inFlight(queues)).toBeLessThanOrEqual(limit);
    const waits = queues.some(({ waiting }) => waiting > 0);
    if (!waits || inFlight(queues) >= limit) continue;
    // Nobody waits below its own part, and nobody waits while a slot is free.
    expect(inFlight(queues)).toBeGreaterThanOrEqual(partOf(queues));
    expect(pooled).toBeGreaterThanOrEqual(Math.floor(most / 2));
  }
}

const NO_RATE = 1e9;

test('no slot stays free that somebody may use, nobody waits below its part, and all get through', async () => {
  const wanted = fc.record({
    tenant: fc.option(fc.constantFrom('a', 'b', 'c', 'd'), { nil: undefined }),
    backlog: fc.integer({ min: 0, max: 40 }),
    answersInMs: fc.constantFrom(1, 20, 400, NEVER_MS),
    joinsAtMs: fc.integer({ min: 0, max: 2_000 }),
    moreAtMs: fc.integer({ min: 0, max: 5_000 }),
  });
  const limits = fc.record({
    inFlight: fc.integer({ min: 1, max: 64 }),
    tenant: fc.record({ concurrency: fc.integer({ min: 1, max: 16 }), perMinute: fc.constant(NO_RATE) }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(wanted, { minLength: 1, maxLength: 12 }), limits, async (all, shares) => {
      const clock = createFakeClock();
      const { join } = run(clock, shares, (queues) => check(queues, shares));
      const queues: Queue[] = [];
      all.forEach(({ joinsAtMs, moreAtMs, tenant, backlog, answersInMs }, index) => {
        clock.after(joinsAtMs, () => {
          const queue = join({ name: `s${index}`, backlog, answersInMs, ...(tenant && { tenant }) });
          queues.push(queue);
          clock.after(moreAtMs, () => queue.add(3));
        });
      });
      // As if everybody went through one slot at the slowest.
      await clock.advance(10_000 + 12 * 43 * NEVER_MS);
      expect(queues.map(({ waiting }) => waiting)).toEqual(queues.map(() => 0));
      expect(inFlight(queues)).toBe(0);
    }),
    { numRuns: 25 },
  );
});

test('a tenant whose thousand receivers never answer keeps neither another one nor the operator waiting', async () => {
  const clock = createFakeClock();
  const { join } = run(clock, { inFlight: 64, tenant: { concurrency: 1_000, perMinute: NO_RATE } });
  for (let index = 0; index < 1_000; index++) {
    join({ name: `hog-${index}`, tenant: 'hog', backlog: 100, answersInMs: NEVER_MS });
  }
  await clock.advance(5_000);
  const other = join({ name: 'other', tenant: 'other', backlog: 500, answersInMs: 10 });
  const own = join({ name: 'own', backlog: 500, answersInMs: 10 });
  await clock.advance(2_000);
  // Eight and sixteen at a time, 10 ms each.
  expect([other.waiting, own.waiting]).toEqual([0, 0]);
});

test('those who want as much get as much, once what others began has ended', async () => {
  const clock = createFakeClock();
  const { join } = run(clock, { inFlight: 40, tenant: { concurrency: 1_000, perMinute: NO_RATE } });
  const hogs = Array.from({ length: 100 }, (_, index) =>
    join({ name: `hog-${index}`, tenant: 'hog', backlog: 1_000, answersInMs: 100 }),
  );
  const small = join({ name: 'small', tenant: 'small', backlog: 10_000, answersInMs: 100 });
  await clock.advance(1_050);
  expect([inFlight(hogs), small.inFlight]).toEqual([20, 20]);
});

test('within a tenant the subscriptions take turns', async () => {
  const clock = createFakeClock();
  const { join } = run(clock, { inFlight: 512, tenant: { concurrency: 4, perMinute: NO_RATE } });
  const all = Array.from({ length: 8 }, (_, index) =>
    join({ name: `s${index}`, tenant: 'a', backlog: 100, answersInMs: 10 }),
  );
  await clock.advance(800);
  const sent = all.map(({ waiting }) => 100 - waiting);
  expect(Math.max(...sent) - Math.min(...sent)).toBeLessThanOrEqual(4);
});

test('all subscriptions of a tenant together keep to its rate, each in its turn', async () => {
  const clock = createFakeClock();
  const { join } = run(clock, { inFlight: 512, tenant: { concurrency: 32, perMinute: 120 } });
  const all = Array.from({ length: 4 }, (_, index) =>
    join({ name: `s${index}`, tenant: 'a', backlog: 1_000, answersInMs: 5 }),
  );
  const own = join({ name: 'own', backlog: 1_000, answersInMs: 5 });
  await clock.advance(300_000);
  const times = all.flatMap(({ begunAtMs }) => begunAtMs).sort((a, b) => a - b);
  expect(times.length).toBeGreaterThan(0.95 * 5 * 120);
  for (const from of times) {
    expect(times.filter((at) => at >= from && at < from + 60_000).length).toBeLessThanOrEqual(120);
  }
  const sent = all.map(({ begunAtMs }) => begunAtMs.length);
  expect(Math.max(...sent) - Math.min(...sent)).toBeLessThanOrEqual(4);
  expect(own.waiting).toBe(0);
});

test('what somebody had who left is free for the others once it has ended, and nobody is called who left', async () => {
  const clock = createFakeClock();
  const limits = { inFlight: 2, tenant: { concurrency: 1, perMinute: NO_RATE } };
  const { join } = run(clock, limits);
  const first = join({ name: 'first', tenant: 'a', backlog: 5, answersInMs: 100 });
  const second = join({ name: 'second', tenant: 'a', backlog: 5, answersInMs: 100 });
  first.leave();
  await clock.advance(100);
  expect([first.begunAtMs.length, second.begunAtMs.length]).toEqual([1, 1]);
});
