import { describe, expect, it } from 'vitest';
import { NO_FILTER, type PageFilter } from '../../../../functions/page/model/address/page-address.ts';
import { createGroupKeeper } from '../../../../functions/page/model/rows/group-keeper.ts';
import { layOut, rowIndexAt } from '../../../../functions/page/model/rows/lay-out.ts';
import { matchesLane, matchesRun, matchReaches } from '../../../../functions/page/model/rows/run-filter.ts';
import { firstRunReaching } from '../../../../functions/page/model/runs/lane.ts';
import { createTrail } from '../../../../functions/page/model/runs/trail.ts';
import { createMomentFormat } from '../../../../functions/page/model/time/moment-format.ts';
import { runCells, runLines } from '../../../../functions/page/model/words/run-table.ts';
import { container, entryOf, type Where } from '../support/facts.ts';

const AT = Date.UTC(2026, 10, 22, 14, 0, 0);
const HEIGHTS = { group: 20, lane: 30 };

function lanesAt(...places: readonly (Where & { readonly atMs?: number })[]) {
  const trail = createTrail();
  trail.add(places.map((place, index) => entryOf(container(place).postStart(place.atMs ?? AT + index))));
  return [...trail.lanes().values()];
}

const outline = (lanes: ReturnType<typeof lanesAt>) =>
  createGroupKeeper()
    .groups(lanes, false)
    .map(({ owner, lanes: members }) => [
      owner,
      ...members.map(({ pod, container: name }) => `${pod}/${name}`),
    ]);

describe('the order of lanes', () => {
  it('puts the Pods of a StatefulSet by their numbers, and a Pod made anew beside the old one', () => {
    const owner = 'StatefulSet/db';
    const places = [{ pod: 'db-10' }, { pod: 'db-2' }, { pod: 'db-2', podUid: 'again' }, { pod: 'db-1' }];
    expect(outline(lanesAt(...places.map((place) => ({ owner, ...place }))))).toEqual([
      [owner, 'db-1/app', 'db-2/app', 'db-2/app', 'db-10/app'],
    ]);
  });

  it('puts the Pods of a ReplicaSet in the order they came, whose names are chance', () => {
    const owner = 'ReplicaSet/web-6d4cf';
    expect(outline(lanesAt({ owner, pod: 'web-6d4cf-zz' }, { owner, pod: 'web-6d4cf-aa' }))).toEqual([
      [owner, 'web-6d4cf-zz/app', 'web-6d4cf-aa/app'],
    ]);
  });

  it('puts the ReplicaSets of a rollout under each other, the older first', () => {
    const lanes = lanesAt(
      { owner: 'ReplicaSet/web-7f9b5', pod: 'web-7f9b5-x', atMs: AT + 60_000 },
      { owner: 'ReplicaSet/web-a1111', pod: 'web-a1111-x', atMs: AT },
      { owner: 'ReplicaSet/api-c0ffe', pod: 'api-c0ffe-x', atMs: AT + 90_000 },
    );
    expect(outline(lanes).map(([owner]) => owner)).toEqual([
      'ReplicaSet/api-c0ffe',
      'ReplicaSet/web-a1111',
      'ReplicaSet/web-7f9b5',
    ]);
  });

  it('takes the Jobs of a CronJob together', () => {
    const lanes = lanesAt(
      { owner: 'Job/nightly-29323310', pod: 'nightly-29323310-a' },
      { owner: 'Job/nightly-29323370', pod: 'nightly-29323370-b' },
      { owner: 'Job/migrate-2', pod: 'migrate-2-c' },
    );
    expect(outline(lanes).map(([owner, ...pods]) => [owner, pods.length])).toEqual([
      ['Job/migrate-2', 1],
      ['Job/nightly-*', 2],
    ]);
  });

  it('puts init containers first, then sidecars, then the rest', () => {
    const lanes = lanesAt(
      { container: 'app' },
      { container: 'debugger', kind: 'ephemeral' },
      { container: 'proxy', kind: 'sidecar' },
      { container: 'setup', kind: 'init' },
    );
    expect(outline(lanes)[0]?.slice(1)).toEqual([
      'web-1/setup',
      'web-1/proxy',
      'web-1/app',
      'web-1/debugger',
    ]);
  });

  it('puts Pods without an owner last in their namespace', () => {
    const lanes = lanesAt({ owner: null, pod: 'a' }, { owner: 'ReplicaSet/z-1', pod: 'z' });
    expect(outline(lanes).map(([owner]) => owner)).toEqual(['ReplicaSet/z-1', null]);
  });
});

describe('rows', () => {
  const lanes = lanesAt(
    { container: 'a' },
    { container: 'b' },
    { pod: 'web-2' },
    { owner: 'Job/x', pod: 'x' },
  );
  const groups = createGroupKeeper()
    .groups(lanes, false)
    .map((group) => ({
      group,
      urgency: 'calm' as const,
      tracks: group.tracks,
      idle: [] as typeof group.tracks,
    }));
  const OPEN = { collapsed: new Set<string>(), unfolded: new Set<string>() };

  it('stand under each other, and are found by their height', () => {
    const { rows, height } = layOut(groups, OPEN, HEIGHTS);
    expect(rows.map(({ y }) => y)).toEqual([0, 20, 50, 80, 110, 130]);
    expect(height).toBe(160);
    expect([-5, 0, 19, 20, 49, 50, 159, 999].map((y) => rowIndexAt(rows, y))).toEqual([
      0, 0, 0, 1, 1, 2, 5, 5,
    ]);
    expect(rowIndexAt([], 10)).toBe(-1);
  });

  it('say which lane is the first and the last of its Pod', () => {
    const { rows } = layOut(groups, OPEN, HEIGHTS);
    const marks = rows.flatMap((row) =>
      row.kind === 'lane' ? [[row.lanes[0]?.container, row.first, row.last]] : [],
    );
    expect(marks).toEqual([
      ['a', true, false],
      ['b', false, true],
      ['app', true, true],
      ['app', true, true],
    ]);
  });

  it('leave out the lanes of a closed group', () => {
    const closed = { ...OPEN, collapsed: new Set([groups[0]?.group.key ?? '']) };
    const { rows } = layOut(groups, closed, HEIGHTS);
    expect(rows.map(({ kind }) => kind)).toEqual(['group', 'group', 'lane']);
  });

  it('fold away what does not change, until they are opened', () => {
    const folded = groups.map((group, index) =>
      index === 0 ? { ...group, tracks: group.tracks.slice(0, 1), idle: group.tracks.slice(1) } : group,
    );
    const kinds = (unfolded: string[]) =>
      layOut(folded, { ...OPEN, unfolded: new Set(unfolded) }, HEIGHTS).rows.map(({ kind }) => kind);
    expect(kinds([])).toEqual(['group', 'lane', 'fold', 'group', 'lane']);
    const [first] = groups;
    expect(kinds([first?.group.key ?? ''])).toEqual([
      'group',
      'lane',
      'fold',
      'lane',
      'lane',
      'group',
      'lane',
    ]);
  });
});

describe('what is on screen', () => {
  const one = container({});
  const trail = createTrail();
  trail.add(
    [0, 1, 2].flatMap((run) => [
      entryOf(one.postStart(AT + run * 10_000, run)),
      entryOf(one.postStop(AT + run * 10_000 + 4_000, {}, run)),
    ]),
  );
  const [lane] = trail.lanes().values();
  if (lane === undefined) throw new Error('the trail has a lane');

  it.each([
    [-9_000, 0],
    [4_000, 0],
    [4_001, 1],
    [24_000, 2],
    [24_001, 3],
  ])('begins, %i ms after the first start, with run %i', (afterMs, first) => {
    expect(firstRunReaching(lane, AT + afterMs)).toBe(first);
  });

  it.each([
    [-5_000, -1, false],
    [-5_000, 0, true],
    [5_000, 9_000, false],
    [30_000, 90_000, false],
  ])('from %i to %i ms: %s', (fromMs, toMs, reaches) => {
    expect(matchReaches(lane, NO_FILTER, [AT + fromMs, AT + toMs])).toBe(reaches);
  });
});

describe('filters', () => {
  const one = container({ pod: 'bad' });
  const trail = createTrail();
  trail.add(
    [one.postStart(AT), one.postStop(AT + 1_000, { code: 1 }), one.postStart(AT + 5_000, 1)].map((facts) =>
      entryOf(facts),
    ),
  );
  trail.add([entryOf(container({ pod: 'good', namespace: 'other' }).postStart(AT))]);
  const pods = (filter: Partial<PageFilter>) =>
    [...trail.lanes().values()]
      .filter((lane) => matchesLane(lane, { ...NO_FILTER, ...filter }))
      .map(({ pod }) => pod);

  it.each<[Partial<PageFilter>, string[]]>([
    [{}, ['bad', 'good']],
    [{ namespace: 'other' }, ['good']],
    [{ pod: 'ba' }, []],
    [{ outcome: 'error' }, ['bad']],
    [{ outcome: 'running' }, ['bad', 'good']],
    [{ problems: true }, ['bad']],
    [{ problems: true, namespace: 'other' }, []],
  ])('%j leaves %j', (filter, expected) => {
    expect(pods(filter)).toEqual(expected);
  });

  it('tell wanted runs from the others of the same lane', () => {
    const [lane] = trail.lanes().values();
    expect(lane?.runs.map((run) => matchesRun(run, { ...NO_FILTER, problems: true }))).toEqual([true, false]);
  });

  it('give the table the newest runs first, in words', () => {
    const lines = runLines(trail.lanes().values(), { ...NO_FILTER, pod: 'bad' });
    const cells = lines.map((line) => runCells(line, AT + 65_000, createMomentFormat('Europe/Berlin')));
    expect(cells).toEqual([
      ['running', 'bad', 'app', 'shop', 'ReplicaSet/web-6d4cf', '22 Nov 15:00:05', '–', '1 min', '1', '–'],
      [
        'error, exit 1',
        'bad',
        'app',
        'shop',
        'ReplicaSet/web-6d4cf',
        '22 Nov 15:00:00',
        '22 Nov 15:00:01',
        '1 s',
        '–',
        '–',
      ],
    ]);
  });
});
