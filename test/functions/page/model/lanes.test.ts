import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Lane } from '../../../../functions/page/model/runs/lane.ts';
import { createTrail } from '../../../../functions/page/model/runs/trail.ts';
import type { TimelineEntry } from '../../../../functions/timeline/timeline.ts';
import { container, entryOf, factsOf, gap, handled } from '../support/facts.ts';
import { tellStory } from '../support/story.ts';

const AT = Date.UTC(2026, 10, 22, 14, 0, 0);
const app = () => container({});

function lanesOf(entries: readonly TimelineEntry[]): readonly Lane[] {
  const trail = createTrail();
  trail.add(entries);
  return [...trail.lanes().values()];
}

function runsOf(...facts: readonly Parameters<typeof entryOf>[0][]) {
  const [lane] = lanesOf(facts.map((each) => entryOf(each)));
  return lane?.runs ?? [];
}

describe('a run', () => {
  it('goes from postStart to postStop', () => {
    const one = app();
    const [run] = runsOf(one.postStart(AT), one.postStop(AT + 9_000));
    expect(run).toMatchObject({
      fromMs: AT,
      fromKnown: true,
      toMs: AT + 9_000,
      toKnown: true,
      problem: false,
    });
  });

  it.each([
    [{ code: 0 }, 'completed', false],
    [{ code: 1, reason: 'Error' }, 'error', true],
    [{ code: 137, reason: 'OOMKilled' }, 'oomKilled', true],
    [{ code: null }, 'unknown', true],
  ])('that ends with %j is %s', (end, state, problem) => {
    const one = app();
    expect(runsOf(one.postStart(AT), one.postStop(AT + 1_000, end))[0]).toMatchObject({ state, problem });
  });

  it('runs while nobody has told its end', () => {
    expect(runsOf(app().postStart(AT))[0]).toMatchObject({ state: 'running', toMs: null });
  });

  it('is being prepared while only its preStart is known', () => {
    const [run] = runsOf(app().preStart(AT));
    expect(run).toMatchObject({ state: 'preparing', preparedMs: AT, toMs: null, problem: false });
  });

  it('keeps its preStart once it has started, and later runs do not get it', () => {
    const one = app();
    const runs = runsOf(
      one.preStart(AT),
      one.postStart(AT + 3_000),
      one.postStop(AT + 4_000),
      one.postStart(AT + 9_000, 1),
    );
    expect(runs.map(({ preparedMs }) => preparedMs)).toEqual([AT, null]);
  });

  it('without postStart begins when the kubelet says it did', () => {
    const [run] = runsOf(
      factsOf(
        'postStop',
        AT,
        {},
        { containerId: 'c', startedAtMs: AT - 60_000, outcome: 'completed', exitCode: 0 },
      ),
    );
    expect(run).toMatchObject({ fromMs: AT - 60_000, fromKnown: true });
  });

  it('without postStart and without a start begins "before" the first sign of it', () => {
    const [run] = runsOf(factsOf('preStop', AT, {}, { containerId: 'c' }));
    expect(run).toMatchObject({ fromMs: AT, fromKnown: false, state: 'running' });
  });

  it('without postStop has ended, nobody knows how, when a later one has started', () => {
    const one = app();
    const runs = runsOf(one.postStart(AT), one.postStart(AT + 50_000, 1));
    expect(runs.map(({ state, toMs, toKnown }) => [state, toMs, toKnown])).toEqual([
      ['unknown', AT + 50_000, false],
      ['running', null, false],
    ]);
  });

  it('has the end that was told again with better facts, whichever came first', () => {
    const one = app();
    const events = [
      one.postStart(AT),
      one.postStop(AT + 9_000, { code: null }),
      one.amended(AT + 7_000, { code: 3 }),
    ];
    for (const told of [events, events.toReversed()]) {
      expect(runsOf(...told)[0]).toMatchObject({
        state: 'error',
        exitCode: 3,
        toMs: AT + 7_000,
        amended: true,
      });
    }
  });

  it('never ends before it begins', () => {
    const one = app();
    expect(runsOf(one.postStart(AT), one.postStop(AT - 1_000))[0]).toMatchObject({ fromMs: AT, toMs: AT });
  });

  it('knows its grace window', () => {
    const one = app();
    const [run] = runsOf(one.postStart(AT), one.preStop(AT + 5_000, 30_000));
    expect(run?.stop).toEqual({ atMs: AT + 5_000, deadlineMs: AT + 35_000 });
  });

  it('is a problem when runs before its end were not seen', () => {
    const one = app();
    const [run] = runsOf(one.postStart(AT), one.postStop(AT + 1_000, { skipped: 3 }));
    expect(run).toMatchObject({ skippedRuns: 3, problem: true });
  });

  it.each([0, null])('has the hook that failed in it, with container id of run %s', (number) => {
    const one = app();
    const runs = runsOf(
      ...[one.postStart(AT), one.postStop(AT + 9_000), one.postStart(AT + 20_000, 1)],
      one.hookFailed(AT + 4_000, 'preStop', number),
    );
    expect(runs.map(({ problem }) => problem)).toEqual([true, false]);
    expect(runs[0]?.marks.map(({ entry }) => entry.hook)).toContain('hookFailed');
  });
});

describe('a lane', () => {
  it('holds all runs of a container of a Pod', () => {
    const one = app();
    const told = [0, 1, 2].flatMap((run) => [
      one.postStart(AT + run * 9_000, run),
      one.postStop(AT + run * 9_000 + 5_000, { code: 1 }, run),
    ]);
    const lanes = lanesOf(told.map((each) => entryOf(each)));
    expect(lanes).toHaveLength(1);
    expect(lanes[0]).toMatchObject({ restarts: 2, problem: true, pod: 'web-1', container: 'app' });
    expect(lanes[0]?.runs.map(({ fromMs }) => fromMs)).toEqual([AT, AT + 9_000, AT + 18_000]);
  });

  it('is another one for a Pod of the same name that was made anew, and for the same names of another cluster', () => {
    const places = [{}, { podUid: 'other' }, { cluster: 'staging' }];
    expect(lanesOf(places.map((place) => entryOf(container(place).postStart(AT))))).toHaveLength(3);
  });

  it('stays the same object while nothing about it changes', () => {
    const trail = createTrail();
    trail.add([entryOf(app().postStart(AT)), entryOf(container({ pod: 'other' }).postStart(AT))]);
    const before = [...trail.lanes().values()];
    trail.add([entryOf(app().postStop(AT + 1_000))]);
    const after = [...trail.lanes().values()];
    expect(after.map((lane, index) => lane === before[index])).toEqual([false, true]);
  });
});

describe('handlers', () => {
  const facts = app().postStart(AT);

  it.each([
    [[], 'none'],
    [[handled(facts)], 'ok'],
    [[handled(facts, 'failed')], 'retrying'],
    [[handled(facts, 'failed'), handled(facts, 'completed', { attempt: 2 })], 'ok'],
    [[handled(facts, 'failed'), handled(facts, 'givenUp', { attempt: 2 })], 'givenUp'],
    [[handled(facts, 'failed'), handled(facts, 'completed', { handler: 'audit' })], 'retrying'],
  ] as const)('%# stand as their last attempts say', (runs, standing) => {
    expect(lanesOf([entryOf(facts, runs)])[0]?.runs[0]?.standing).toBe(standing);
  });

  it('that run late change what is shown, also when news arrive out of order', () => {
    const first = handled(facts, 'failed');
    const second = handled(facts, 'completed', { attempt: 2 });
    const told = [entryOf(facts), entryOf(facts, [first]), entryOf(facts, [first, second])];
    for (const order of [told, told.toReversed()]) {
      expect(lanesOf(order)[0]?.runs[0]).toMatchObject({ standing: 'ok', problem: false });
    }
  });
});

describe('the trail', () => {
  const entries = tellStory(AT).map(({ facts, runs }) => entryOf(facts, runs));
  const sorted = (lanes: readonly Lane[]) => lanes.toSorted((a, b) => (a.key < b.key ? -1 : 1));

  it('makes the same lanes of the same entries, in whatever order, portions and repetitions they come', () => {
    const expected = sorted(lanesOf(entries));
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...entries.keys()], { minLength: entries.length }),
        fc.array(fc.nat(entries.length - 1), { maxLength: 20 }),
        fc.integer({ min: 1, max: 30 }),
        (shuffled, repeated, portion) => {
          const trail = createTrail();
          const told = [...shuffled, ...repeated].flatMap((index) => entries[index] ?? []);
          for (let index = 0; index < told.length; index += portion) {
            trail.add(told.slice(index, index + portion));
            trail.lanes();
          }
          expect(sorted([...trail.lanes().values()])).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('says whether anything was new', () => {
    const trail = createTrail();
    expect(trail.add(entries)).toBe(true);
    expect(trail.add(entries)).toBe(false);
  });

  it('notes gaps apart from lanes', () => {
    const trail = createTrail();
    trail.add([entryOf(gap(AT, AT + 60_000))]);
    expect(trail.lanes().size).toBe(0);
    expect(trail.notes()).toMatchObject([
      { kind: 'gap', fromMs: AT, toMs: AT + 60_000, cluster: 'prod-eu-1' },
    ]);
  });

  it('lets the oldest go when it is full, but not what still runs', () => {
    const trail = createTrail();
    const ended = Array.from({ length: 30 }, (_, index) => {
      const one = container({ pod: `job-${index}` });
      return [entryOf(one.postStart(AT + index * 1_000)), entryOf(one.postStop(AT + index * 1_000 + 500))];
    }).flat();
    trail.add([entryOf(container({ pod: 'old' }).postStart(AT - 3_600_000)), ...ended]);
    const keptFromMs = trail.trim(40);
    const pods = [...trail.lanes().values()].map(({ pod }) => pod);
    expect(trail.size()).toBeLessThanOrEqual(40);
    expect(pods).toContain('old');
    expect(pods).toContain('job-29');
    expect(pods).not.toContain('job-0');
    expect(keptFromMs).toBeGreaterThan(AT);
    expect(trail.trim(40)).toBeNull();
  });
});
