import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGroupKeeper } from '../../../../functions/page/model/rows/group-keeper.ts';
import { type PodSpan, placePods } from '../../../../functions/page/model/rows/place-pods.ts';
import { createTrail } from '../../../../functions/page/model/runs/trail.ts';
import { container, entryOf, type Where } from '../support/facts.ts';

const AT = Date.UTC(2026, 10, 22, 14, 0, 0);
const MINUTE = 60_000;

const span = (uid: string, beginsMs: number, endsMs: number): PodSpan => ({ uid, beginsMs, endsMs });

function place(spans: readonly PodSpan[], slots = new Map<string, number>()) {
  placePods(spans, slots);
  return slots;
}

describe('Pods of one owner', () => {
  it('share a slot when they come one after the other', () => {
    const spans = Array.from({ length: 60 }, (_, index) => span(`${index}`, index * 60, index * 60 + 50));
    expect(new Set(place(spans).values())).toEqual(new Set([0]));
  });

  it('have slots of their own while they live at the same time', () => {
    expect([...place([span('a', 0, 10), span('b', 5, 20), span('c', 10, 30)])]).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 0],
    ]);
  });

  const spans = fc.uniqueArray(
    fc.record({
      uid: fc.string({ minLength: 1, maxLength: 4 }),
      beginsMs: fc.oneof(fc.nat(200), fc.nat(4)),
      lastMs: fc.oneof(fc.nat(40), fc.constantFrom(0, Number.POSITIVE_INFINITY)),
    }),
    { selector: ({ uid }) => uid, maxLength: 40 },
  );

  it('never overlap in a slot, and keep theirs, whoever comes in before or after', () => {
    fc.assert(
      fc.property(spans, fc.nat(), (given, cut) => {
        const all = given.map(({ uid, beginsMs, lastMs }) => span(uid, beginsMs, beginsMs + lastMs));
        const first = all.slice(0, cut % (all.length + 1));
        const slots = place(first);
        const before = new Map(slots);
        place(all, slots);
        for (const { uid } of first) expect(slots.get(uid)).toBe(before.get(uid));
        for (const a of all) {
          for (const b of all) {
            if (a.uid === b.uid || slots.get(a.uid) !== slots.get(b.uid)) continue;
            expect(a.endsMs <= b.beginsMs || b.endsMs <= a.beginsMs).toBe(true);
          }
        }
      }),
    );
  });

  it('one that was gone as soon as it had begun shares its slot with who began at the same moment, and all keep theirs', () => {
    const slots = place([span('a', 5, 5), span('b', 10, 10), span('c', 5, 10)]);
    const before = [...slots];
    expect([...place([span('a', 5, 5), span('b', 10, 10), span('c', 5, 10)], slots)]).toEqual(before);
  });

  it('who turns out to have been there at the same time moves, the younger of the two', () => {
    const slots = place([span('a', 0, 10), span('b', 20, 30)]);
    place([span('a', 0, 25), span('b', 20, 30)], slots);
    expect([...slots]).toEqual([
      ['a', 0],
      ['b', 1],
    ]);
  });
});

describe('packed lanes', () => {
  const lanesOf = (places: readonly (Where & { beginMs: number; endMs: number | null })[]) => {
    const trail = createTrail();
    for (const { beginMs, endMs, ...where } of places) {
      const one = container(where);
      trail.add([entryOf(one.postStart(AT + beginMs))]);
      if (endMs !== null) trail.add([entryOf(one.postStop(AT + endMs))]);
    }
    return [...trail.lanes().values()];
  };
  const outline = (lanes: ReturnType<typeof lanesOf>) =>
    createGroupKeeper()
      .groups(lanes, true)
      .flatMap(({ tracks }) => tracks.map((track) => track.lanes.map(({ pod }) => pod)));

  it('a job of every minute is one lane, and not a staircase', () => {
    const runs = Array.from({ length: 90 }, (_, minute) => ({
      ...{ owner: `Job/tick-${29_323_310 + minute}`, pod: `tick-${29_323_310 + minute}-x` },
      ...{ beginMs: minute * MINUTE, endMs: minute * MINUTE + 20_000 },
    }));
    const tracks = outline(lanesOf(runs));
    expect(tracks.map((pods) => pods.length)).toEqual([90]);
    expect(tracks[0]).toEqual(runs.map(({ pod }) => pod));
  });

  it('the containers of a Pod stand under each other, each in a lane of its own', () => {
    const owner = 'Job/tick-29323310';
    const twice = ['tick-29323310-a', 'tick-29323310-b'].flatMap((pod, index) =>
      ['copy', 'send'].map((name) => ({
        ...{ owner, pod, container: name },
        ...{ beginMs: index * MINUTE, endMs: index * MINUTE + 9_000 },
      })),
    );
    expect(outline(lanesOf(twice))).toEqual([
      ['tick-29323310-a', 'tick-29323310-b'],
      ['tick-29323310-a', 'tick-29323310-b'],
    ]);
  });

  it('Pods with names of their own share one only with their namesakes', () => {
    const owner = 'StatefulSet/db';
    const told = [
      { owner, pod: 'db-0', podUid: 'first', beginMs: 0, endMs: 1_000 },
      { owner, pod: 'db-1', beginMs: 600_000, endMs: null },
      { owner, pod: 'db-0', podUid: 'second', beginMs: 1_200_000, endMs: null },
    ];
    expect(outline(lanesOf(told))).toEqual([['db-0', 'db-0'], ['db-1']]);
  });

  it('a Pod that may start again after a failure keeps its lane meanwhile', () => {
    const owner = 'ReplicaSet/web-6d4cf';
    const told = [
      { owner, pod: 'web-a', beginMs: 0, endMs: MINUTE },
      { owner, pod: 'web-b', beginMs: 3 * MINUTE, endMs: null },
    ];
    expect(outline(lanesOf(told))).toEqual([['web-a'], ['web-b']]);
  });

  it('of ten thousand runs are worked out within the time of a frame', () => {
    const many = Array.from({ length: 10_000 }, (_, index) =>
      span(`${index}`, index * 100, index * 100 + 90 + (index % 7) * 60),
    );
    const times = Array.from({ length: 20 }, () => {
      const start = process.cpuUsage();
      place(many);
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1_000;
    }).sort((a, b) => a - b);
    // Processor time, and the fastest of some: machines that test are busy.
    expect(times[0]).toBeLessThan(16);
  });

  it('are not worked out again where nothing has changed', () => {
    const lanes = lanesOf([{ pod: 'web-a', beginMs: 0, endMs: null }]);
    const keeper = createGroupKeeper();
    expect(keeper.groups(lanes, true)[0]).toBe(keeper.groups(lanes, true)[0]);
    expect(keeper.groups(lanes, true)[0]).not.toBe(keeper.groups(lanes, false)[0]);
  });
});
