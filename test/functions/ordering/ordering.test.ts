import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_EVENTS } from '../../../functions/ordering/container-state.ts';
import { createContainerStates } from '../../../functions/ordering/container-states.ts';
import { isContainerEvent } from '../../../functions/ordering/known-event.ts';
import type { ContainerEvent, LifecycleEvent } from '../../../protocol/event/lifecycle-event.ts';
import { explainInput } from '../../../watcher/explain/explain-input.ts';
import { containerEvent } from '../../../watcher/ingest/container-event.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { traceNames, tracePath } from '../../support/traces.ts';
import { told } from '../support/container-events.ts';
import { deliveriesOf, type History, histories } from '../support/container-histories.ts';
import { createMemoryStates } from '../support/memory-states.ts';

const setUp = () => {
  const store = createMemoryStates();
  return { store, states: createContainerStates(store, createFakeClock(0)) };
};
/** Histories with a way in which their events are delivered. */
const delivered = histories.chain((all) => fc.tuple(fc.constant(all), deliveriesOf(all)));

async function finalStates(
  deliver: (observe: (event: ContainerEvent) => Promise<unknown>) => Promise<unknown>,
) {
  const { store, states } = setUp();
  await deliver(states.observe);
  return Object.fromEntries([...store.stored].map(([key, { state }]) => [key, JSON.parse(state)]));
}

const inTurn =
  (events: readonly ContainerEvent[]) => async (observe: (event: ContainerEvent) => Promise<unknown>) => {
    for (const event of events) await observe(event);
  };

describe('events of several containers and restarts, in any order, with duplicates', () => {
  it('come to the same state as in order, also all at once', async () => {
    await fc.assert(
      fc.asyncProperty(delivered, async ([all, events]) => {
        const expected = await finalStates(inTurn(all.flat()));
        expect(await finalStates(inTurn(events))).toEqual(expected);
        expect(await finalStates((observe) => Promise.all(events.map(observe)))).toEqual(expected);
        for (const history of all) {
          const [first] = history;
          if (first === undefined) continue;
          const known: { id: string }[] = expected[`${first.source} ${first.partitionkey}`];
          expect(known.map(({ id }) => id)).toEqual(history.slice(-MOST_EVENTS).map(({ id }) => id));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('are told as stale when something newer was there before, and only then', async () => {
    await fc.assert(
      fc.asyncProperty(delivered, async ([all, events]) => {
        const { states } = setUp();
        const seen = new Set<string>();
        for (const event of events) {
          const history = all.find((one) => one.includes(event)) ?? [];
          const newest = history.findLast(({ id }) => seen.has(id) || id === event.id);
          const { kind } = await states.observe(event);
          const standing = await states.standing(event);
          if (newest?.id === event.id) expect(standing).toMatchObject({ kind: 'current' });
          else expect(standing).toMatchObject({ kind: 'stale', latest: { id: newest?.id } });
          // What is too old to be remembered is told as stale when it is repeated.
          expect(kind).toBe(seen.has(event.id) && kind !== 'stale' ? 'repeated' : standing.kind);
          seen.add(event.id);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('are current for the last one alone, once all are there', async () => {
    await fc.assert(
      fc.asyncProperty(delivered, async ([all, events]) => {
        const { states } = setUp();
        await Promise.all(events.map(states.observe));
        for (const history of all) {
          const kinds = await Promise.all(history.map(async (event) => (await states.standing(event)).kind));
          expect(kinds).toEqual(
            history.map((_, index) => (index === history.length - 1 ? 'current' : 'stale')),
          );
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('events recorded on a real cluster', () => {
  it.each(traceNames())('%s: in the reverse order they come to the same state', async (name) => {
    const events = await recorded(name);
    const expected = await finalStates(inTurn(events));
    expect(await finalStates(inTurn(events.toReversed()))).toEqual(expected);
    for (const known of Object.values(expected)) {
      const { partitionkey } = events.find(({ id }) => id === known[0].id) ?? {};
      const ofContainer = events.filter((event) => event.partitionkey === partitionkey);
      // Pods and Events are two streams: a failed hook may be recorded a moment after what it caused.
      const comparable = (hook: string) => hook !== 'hookFailed';
      expect(
        known.map(({ id }: { id: string }) => id).filter((id: string) => hookOf(ofContainer, id, comparable)),
      ).toEqual(
        ofContainer
          .slice(-MOST_EVENTS)
          .filter(({ data }) => comparable(data.hook))
          .map(({ id }) => id),
      );
    }
  });
});

describe('a container', () => {
  const first = { run: 'first', startedAt: 0, sequence: 900 };
  const second = { run: 'second', startedAt: 60, at: 60, restartCount: 1, sequence: 2 };

  it('has nothing before its first event', async () => {
    const { states } = setUp();
    expect(await states.observe(told.preStart({}))).toEqual({ kind: 'current', previous: null, run: [] });
  });

  it('tells what came before', async () => {
    const { states } = setUp();
    await states.observe(told.postStart(first));
    const observed = await states.observe(told.preStop({ ...first, at: 5 }, 'evicted'));
    expect(observed).toMatchObject({
      kind: 'current',
      previous: { hook: 'postStart', run: 'first', trigger: null, exitCode: null },
      run: [{ hook: 'postStart' }, { hook: 'preStop', trigger: 'evicted' }],
    });
  });

  it('tells a late event what is the newest, and whether it started again since', async () => {
    const { states } = setUp();
    await states.observe(told.postStop({ ...first, at: 9 }, 3));
    expect(await states.observe(told.preStop({ ...first, at: 8 }))).toMatchObject({
      kind: 'stale',
      latest: { hook: 'postStop', exitCode: 3 },
      newerRun: false,
    });
    await states.observe(told.postStart(second));
    expect(await states.observe(told.postStart(first))).toMatchObject({
      kind: 'stale',
      latest: { hook: 'postStart', run: 'second' },
      newerRun: true,
      run: [{ hook: 'postStart' }, { hook: 'preStop' }, { hook: 'postStop' }],
    });
  });

  it('whose node shows no containerIDs has runs all the same', async () => {
    const unnamed = <E extends ContainerEvent>(event: E): E => ({
      ...event,
      data: { ...event.data, container: { ...event.data.container, id: null } },
    });
    const { states } = setUp();
    await states.observe(unnamed(told.postStart(first)));
    const started = await states.observe(unnamed(told.postStart(second)));
    const late = await states.observe(unnamed(told.postStop({ ...first, at: 9 }, 3)));
    expect(started).toMatchObject({
      kind: 'current',
      run: [{ hook: 'postStart', run: 'restart/1/2026-11-22T14:01:00Z' }],
    });
    const run = 'restart/0/2026-11-22T14:00:00Z';
    expect(late).toMatchObject({
      kind: 'stale',
      newerRun: true,
      run: [
        { hook: 'postStart', run },
        { hook: 'postStop', run },
      ],
    });
  });

  it('tells a repeated event so, with the newest', async () => {
    const { states } = setUp();
    await states.observe(told.postStart(first));
    await states.observe(told.postStop({ ...first, at: 9 }, 0));
    const latest = { id: told.postStop(first, 0).id, hook: 'postStop' };
    expect(await states.observe(told.postStart(first))).toMatchObject({ kind: 'repeated', latest });
    expect(await states.observe(told.postStop({ ...first, at: 9 }, 0))).toMatchObject({
      kind: 'repeated',
      latest,
    });
  });

  it('is not put back by the end of a run that is learned when the next one counts already', async () => {
    const { states } = setUp();
    await states.observe(told.postStart(second));
    const late = told.postStop({ ...first, at: 59, restartCount: 1, sequence: 9_999 }, 1);
    expect(await states.observe(late)).toMatchObject({ kind: 'stale', newerRun: true });
  });

  it('goes on when the kubelet begins to count again', async () => {
    const { states } = setUp();
    await states.observe(told.postStop({ ...first, restartCount: 12 }, 1));
    expect(await states.observe(told.postStart({ ...second, restartCount: 0 }))).toMatchObject({
      kind: 'current',
    });
  });

  it('that starts twice in a second goes by its restarts', async () => {
    const { states } = setUp();
    await states.observe(told.postStart({ run: 'b', startedAt: 5, restartCount: 1, sequence: 1 }));
    const before = told.postStop({ run: 'c', startedAt: 5, restartCount: 0, sequence: 9 }, 1);
    expect(await states.observe(before)).toMatchObject({ kind: 'stale', newerRun: true });
  });

  it('that starts twice in a second goes by the lowest count seen of each run', async () => {
    const { states } = setUp();
    await states.observe(told.postStart({ run: 'b', startedAt: 5, restartCount: 0, sequence: 7 }));
    // Learned from lastState, when the next run counted already.
    await states.observe(told.postStop({ run: 'b', startedAt: 5, restartCount: 1, sequence: 8 }, 1));
    const next = told.postStart({ run: 'a', startedAt: 5, restartCount: 1, sequence: 3 });
    expect(await states.observe(next)).toMatchObject({ kind: 'current' });
  });

  it('comes to the same state when two watchers tell an event differently', async () => {
    const one = told.preStop({ ...first, sequence: 5, restartCount: 1 }, 'killing');
    const other = told.preStop({ ...first, sequence: 70, restartCount: 0 }, 'podDeleted');
    expect(one.id).toBe(other.id);
    expect(await finalStates(inTurn([one, other]))).toEqual(await finalStates(inTurn([other, one])));
  });

  it('whose start failed has ended after the runs before', async () => {
    const { states } = setUp();
    await states.observe(told.postStop({ ...first, at: 9 }, 1));
    const failed = told.postStop(
      { run: 'failed', startedAt: null, at: 20, restartCount: 1 },
      128,
      'StartError',
    );
    expect(await states.observe(failed)).toMatchObject({ kind: 'current', previous: { run: 'first' } });
  });

  it('is another one in another cluster, Pod or with another name', async () => {
    const { states } = setUp();
    await states.observe(told.postStop({ ...first, at: 9 }, 0));
    const started = told.postStart(first);
    for (const other of [
      told.postStart({ ...first, pod: 'web-2' }),
      told.postStart({ ...first, container: 'proxy' }),
      { ...started, source: 'urn:offhook:cluster:other' },
    ]) {
      expect(await states.observe(other)).toMatchObject({ kind: 'current', previous: null });
    }
  });

  it('is remembered in a bounded number of events', async () => {
    const { store, states } = setUp();
    for (let run = 0; run < 50; run++) {
      await states.observe(told.postStart({ run: `r${run}`, startedAt: run * 10, at: run * 10 }));
    }
    const [kept] = store.stored.values();
    expect(JSON.parse(kept?.state ?? '')).toHaveLength(MOST_EVENTS);
    expect(await states.observe(told.postStart({ run: 'r0', startedAt: 0 }))).toMatchObject({
      kind: 'stale',
    });
  });
});

it('an event without a container is always current', async () => {
  const { store, states } = setUp();
  const { data, ...envelope } = told.postStart({});
  const edge = { resourceVersion: null, time: null };
  const gap = { hook: 'gap', cluster: data.cluster, from: edge, to: edge, why: 'expired' } as const;
  const event: LifecycleEvent = { ...envelope, type: 'dev.offhook.watch.gap', data: gap };
  expect(await states.observe(event)).toEqual({ kind: 'current', previous: null, run: [] });
  expect(store.stored.size).toBe(0);
});

it('gives up, naming the container, when its state goes on changing', async () => {
  const states = createContainerStates(
    { readState: async () => null, writeState: async () => false },
    createFakeClock(0),
  );
  await expect(states.observe(told.postStart({}))).rejects.toThrow(
    'the state of uid-web-1/app was changed by others 100 times in a row',
  );
});

function hookOf(events: History, id: string, wanted: (hook: string) => boolean): boolean {
  return events.some((event) => event.id === id && wanted(event.data.hook));
}

/** The events a watcher makes of a recording, in its order. */
async function recorded(name: string): Promise<readonly ContainerEvent[]> {
  const events: ContainerEvent[] = [];
  const input = (async function* () {
    yield readFileSync(tracePath(name), 'utf8');
  })();
  await explainInput({
    input,
    onTransition: (transition) => {
      const draft = containerEvent(transition, { name: 'prod', uid: 'c0ffee' }, Date.UTC(2030, 0, 1));
      const event: LifecycleEvent = JSON.parse(new TextDecoder().decode(draft.encode(events.length + 1)));
      if (isContainerEvent(event)) events.push(event);
    },
    onFault: (message) => {
      throw new Error(message);
    },
  });
  return events;
}
