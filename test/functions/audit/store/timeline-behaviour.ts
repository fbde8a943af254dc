import { expect, it } from 'vitest';
import type { EventFacts } from '../../../../functions/timeline/event-facts.ts';
import type { Timeline, TimelineFilter } from '../../../../functions/timeline/timeline.ts';
import { postStart, postStop, preStop, sampleId } from '../../support/sample-events.ts';
import { NOW, type OpenAuditStore, openWithWriter } from './opened-store.ts';
import { entryOf, keysOf, runOf, sample } from './sample-records.ts';

const at = (seconds: number) => NOW - 60_000 + seconds * 1_000;
const ALWAYS = { fromMs: 0, toMs: NOW + 1, filter: {} };
const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];

const start = (key: string, run: Partial<EventFacts> = {}) =>
  entryOf(postStart({ key, timeMs: at(1) }), { podUid: `uid of ${key}`, ...run });
const stop = (key: string, run: Partial<EventFacts> = {}) =>
  entryOf(postStop({ key: `${key} stopped`, timeMs: at(2) }, 0, 'Completed'), {
    podUid: `uid of ${key}`,
    ...run,
  });

/** An event about a whole cluster. */
const gap = (key: string, occurredAtMs: number, hook = 'gap', cluster = 'prod-eu-1') =>
  sample(key, {
    ...{ occurredAtMs, hook, cluster, namespace: null, pod: null, podUid: null, owner: null, node: null },
    ...{ container: null, containerId: null, containerKind: null, restartCount: null },
  });

/** The keys of all that a filter gives, in parts of that many entries. */
async function readWindow(timeline: Timeline, filter: TimelineFilter, limit: number) {
  const keys: string[] = [];
  let after: string | undefined;
  do {
    const part = await timeline.window({ ...ALWAYS, filter }, limit, after);
    expect(part.entries.length).toBeLessThanOrEqual(limit);
    keys.push(...keysOf(part.entries, KEYS));
    after = part.next ?? undefined;
  } while (after !== undefined);
  return keys;
}

/** Everything from there on, in parts of that many entries. */
async function readFeed(timeline: Timeline, from: string, limit: number) {
  const entries: Awaited<ReturnType<Timeline['feed']>>['entries'][number][] = [];
  let cursor = from;
  for (;;) {
    const part = await timeline.feed(cursor, limit);
    if (part.cursor === cursor) return { entries, cursor };
    expect(part.entries.length).toBeLessThanOrEqual(limit);
    entries.push(...part.entries);
    cursor = part.cursor;
  }
}

export function timelineBehaviour(open: OpenAuditStore): void {
  it('gives the events of a window with their runs, newest first, in parts', async () => {
    const { trail, timeline } = await openWithWriter(open);
    // In the window themselves, where they must not count.
    const during = { startedAtMs: at(4), finishedAtMs: at(4) };
    for (const [index, key] of KEYS.entries()) {
      await trail.append(await sample(key, { occurredAtMs: at(index) }));
      await trail.recordRun(runOf(key, { attempt: 1, outcome: 'failed', error: 'no', ...during }));
      await trail.recordRun(runOf(key, { attempt: 2, ...during }));
    }
    const window = { fromMs: at(1), toMs: at(5), filter: {} };
    const first = await timeline.window(window, 3);
    expect(keysOf(first.entries, KEYS)).toEqual(['e', 'd', 'c']);
    expect(first.entries[0]?.runs).toEqual([
      runOf('e', { attempt: 1, outcome: 'failed', error: 'no', ...during }),
      runOf('e', { attempt: 2, ...during }),
    ]);
    const rest = await timeline.window(window, 3, first.next ?? '');
    expect([keysOf(rest.entries, KEYS), rest.next]).toEqual([['b'], null]);
    const { facts } = await sample('e', { occurredAtMs: at(4) });
    expect(first.entries[0]).toEqual({ ...facts, runs: first.entries[0]?.runs });
  });

  it('tells what a handler returned with the event alone, and in lists that there is something', async () => {
    const { trail, timeline } = await openWithWriter(open);
    const cursor = await timeline.now();
    await trail.append(await start('a'));
    const told = [
      runOf('a', { attempt: 1, result: { ticket: 'OPS-1' } }),
      runOf('a', { attempt: 2, result: null }),
      runOf('a', { attempt: 3, resultOmitted: 'not JSON: Response' }),
      runOf('a', { attempt: 4 }),
    ];
    for (const run of told) await trail.recordRun(run);
    const listed = told.map(({ result, ...run }) =>
      result === undefined ? run : { ...run, hasResult: true },
    );
    expect((await timeline.entry(sampleId('a')))?.runs).toEqual(told);
    for (const entries of [
      (await timeline.window(ALWAYS, 10)).entries,
      (await timeline.feed(cursor, 10)).entries,
      await timeline.running({}, 10),
      await timeline.entries([sampleId('a')]),
    ])
      expect(entries.map(({ runs }) => runs)).toEqual([listed]);
  });

  it('filters a window by cluster, namespace, pod and container', async () => {
    const { trail, timeline } = await openWithWriter(open);
    const of = (key: string, change: Partial<EventFacts>) => sample(key, { occurredAtMs: at(1), ...change });
    await trail.append(await of('a', { cluster: 'edge' }));
    await trail.append(await of('b', { namespace: 'data' }));
    await trail.append(await of('c', { pod: 'web-2' }));
    await trail.append(await of('d', { container: 'proxy' }));
    const read = async (filter: object) =>
      keysOf((await timeline.window({ ...ALWAYS, filter }, 10)).entries, KEYS).toSorted();
    expect(await read({})).toEqual(['a', 'b', 'c', 'd']);
    expect(await read({ cluster: 'edge' })).toEqual(['a']);
    expect(await read({ namespace: 'data' })).toEqual(['b']);
    expect(await read({ pod: 'web-2' })).toEqual(['c']);
    expect(await read({ container: 'proxy' })).toEqual(['d']);
    expect(await read({ cluster: 'prod-eu-1', namespace: 'shop', pod: 'web-1', container: 'app' })).toEqual(
      [],
    );
  });

  it('shows a filtered window the gaps of its cluster, in their order, in parts', async () => {
    const { trail, timeline } = await openWithWriter(open);
    await trail.append(await gap('a', at(1)));
    await trail.append(await sample('b', { occurredAtMs: at(2) }));
    await trail.append(await gap('c', at(3), 'disabled'));
    await trail.append(await sample('d', { occurredAtMs: at(4), namespace: 'data', pod: 'web-2' }));
    await trail.append(await gap('e', at(5), 'gap', 'edge'));
    await trail.append(await sample('f', { occurredAtMs: at(6) }));
    // A run names no Pod either, and is none of what a window has.
    await trail.recordRun(runOf('f', { startedAtMs: at(6), finishedAtMs: at(6) }));
    const filters = [{ namespace: 'shop' }, { pod: 'web-1' }, { namespace: 'shop', pod: 'web-1' }];
    for (const filter of [...filters, { namespace: 'shop', container: 'app' }]) {
      for (const limit of [1, 2, 3, 10]) {
        expect(await readWindow(timeline, filter, limit)).toEqual(['f', 'e', 'c', 'b', 'a']);
      }
    }
    const inCluster = { cluster: 'prod-eu-1', pod: 'web-1' };
    for (const limit of [1, 10]) {
      expect(await readWindow(timeline, inCluster, limit)).toEqual(['f', 'c', 'b', 'a']);
    }
    expect(await readWindow(timeline, { cluster: 'edge', namespace: 'none' }, 10)).toEqual(['e']);
    const early = { fromMs: at(1), toMs: at(3), filter: { container: 'none' } };
    expect(keysOf((await timeline.window(early, 10)).entries, KEYS)).toEqual(['a']);
  });

  it('shows a gap that names a namespace where that namespace is asked for, once, and where none is', async () => {
    const { trail, timeline, reader } = await openWithWriter(open);
    const { facts, body } = await gap('a', at(1));
    await trail.append({ facts: { ...facts, namespace: 'payments' }, body });
    await trail.append(await gap('b', at(2)));
    await trail.append(await sample('c', { occurredAtMs: at(3), namespace: 'payments' }));
    for (const limit of [1, 2, 10]) {
      expect(await readWindow(timeline, {}, limit)).toEqual(['c', 'b', 'a']);
      expect(await readWindow(timeline, { pod: 'web-1' }, limit)).toEqual(['c', 'b', 'a']);
      expect(await readWindow(timeline, { namespace: 'payments' }, limit)).toEqual(['c', 'b', 'a']);
      expect(await readWindow(timeline, { namespace: 'payments', pod: 'x' }, limit)).toEqual(['b', 'a']);
      expect(await readWindow(timeline, { namespace: 'shop' }, limit)).toEqual(['b']);
    }
    const { records } = await reader.list({ namespace: 'payments' }, { limit: 10 });
    const said = records.flatMap(({ content }) => (content.includes('"hook":"gap"') ? [content] : []));
    expect(said).toHaveLength(1);
  });

  it('refuses cursors it did not give, and limits out of range', async () => {
    const { trail, timeline } = await openWithWriter(open);
    await trail.append(await sample('a'));
    for (const cursor of ['', 'x', '-1', '1;2', '999999999999999']) {
      await expect(timeline.feed(cursor, 10)).rejects.toThrow(RangeError);
      await expect(timeline.window(ALWAYS, 10, `${cursor}?`)).rejects.toThrow(RangeError);
    }
    for (const limit of [0, 2_001, 0.5]) {
      await expect(timeline.window(ALWAYS, limit)).rejects.toThrow(RangeError);
      await expect(timeline.running({}, limit)).rejects.toThrow(RangeError);
      await expect(timeline.feed(await timeline.now(), limit)).rejects.toThrow(RangeError);
    }
  });

  it('knows which containers run, those that started long ago too', async () => {
    const { trail, timeline } = await openWithWriter(open);
    await trail.append(await start('a', { occurredAtMs: at(-90_000_000) }));
    await trail.append(await start('b'));
    await trail.append(await entryOf(preStop({ key: 'b stopping' }), { podUid: 'uid of b' }));
    await trail.append(await start('c', { occurredAtMs: at(3) }));
    await trail.append(await stop('c'));
    await trail.recordRun(runOf('b'));
    const running = await timeline.running({}, 10);
    expect(keysOf(running, KEYS)).toEqual(['b', 'a']);
    expect(running[0]?.runs).toEqual([runOf('b')]);
    expect(keysOf(await timeline.running({}, 1), KEYS)).toEqual(['b']);
  });

  it('tells the runs of a container apart', async () => {
    const { trail, timeline } = await openWithWriter(open);
    await trail.append(await start('a', { podUid: 'uid', restartCount: 0 }));
    // The next one is heard of before the end of this one.
    await trail.append(await start('b', { podUid: 'uid', restartCount: 1 }));
    await trail.append(await stop('a', { podUid: 'uid', restartCount: 0 }));
    await trail.append(await start('c', { podUid: 'uid', restartCount: 1, container: 'proxy' }));
    expect(keysOf(await timeline.running({}, 10), KEYS).toSorted()).toEqual(['b', 'c']);
  });

  it('does not take for running what ended before its start was heard of, or ended twice', async () => {
    const { trail, timeline } = await openWithWriter(open);
    await trail.append(await stop('a', { occurredAtMs: at(0) }));
    await trail.append(await start('a'));
    await trail.append(await start('a'));
    expect(await timeline.running({}, 10)).toEqual([]);
    const amended = { ...(await stop('a')).facts, eventId: sampleId('amended') };
    await trail.append({ facts: amended, body: new Uint8Array() });
    await Promise.all([start('b'), stop('b')].map(async (entry) => trail.append(await entry)));
    expect(await timeline.running({}, 10)).toEqual([]);
  });

  it('filters what runs', async () => {
    const { trail, timeline } = await openWithWriter(open);
    await trail.append(await start('a', { cluster: 'edge' }));
    await trail.append(await start('b', { namespace: 'data' }));
    await trail.append(await start('c', { pod: 'web-2', container: 'proxy' }));
    expect(keysOf(await timeline.running({ cluster: 'edge' }, 10), KEYS)).toEqual(['a']);
    expect(keysOf(await timeline.running({ namespace: 'data' }, 10), KEYS)).toEqual(['b']);
    expect(keysOf(await timeline.running({ pod: 'web-2', container: 'proxy' }, 10), KEYS)).toEqual(['c']);
    expect(await timeline.running({ pod: 'web-2', container: 'app' }, 10)).toEqual([]);
  });

  it('feeds new events and new runs of old ones, and nothing twice', async () => {
    const { trail, timeline } = await openWithWriter(open);
    await trail.append(await sample('a'));
    await trail.append(await sample('b'));
    const cursor = await timeline.now();
    expect(await timeline.feed(cursor, 10)).toEqual({ entries: [], cursor });
    await trail.recordRun(runOf('a'));
    await trail.append(await sample('c'));
    const next = await timeline.feed(cursor, 10);
    expect(keysOf(next.entries, KEYS)).toEqual(['a', 'c']);
    expect(next.entries[0]?.runs).toEqual([runOf('a')]);
    expect(await timeline.feed(next.cursor, 10)).toEqual({ entries: [], cursor: next.cursor });
  });

  it('feeds everything when there is more than fits one answer', async () => {
    const { trail, timeline } = await openWithWriter(open);
    const cursor = await timeline.now();
    for (const key of KEYS) {
      await trail.append(await sample(key));
      await trail.recordRun(runOf(key));
    }
    for (const limit of [1, 2, 5, 100]) {
      const { entries } = await readFeed(timeline, cursor, limit);
      expect([...new Set(keysOf(entries, KEYS))]).toEqual(KEYS);
      expect(
        keysOf(
          entries.filter(({ runs }) => runs.length === 0),
          KEYS,
        ),
      ).toEqual([]);
    }
  });

  it('shows the runs of an event that is recorded later, once it is', async () => {
    const { trail, timeline } = await openWithWriter(open);
    const cursor = await timeline.now();
    await trail.recordRun(runOf('a'));
    const before = await readFeed(timeline, cursor, 10);
    expect(before.entries).toEqual([]);
    expect((await timeline.window(ALWAYS, 10)).entries).toEqual([]);
    expect(await timeline.entry(sampleId('a'))).toBeNull();
    await trail.append(await sample('a', { occurredAtMs: at(1) }));
    const after = await readFeed(timeline, before.cursor, 10);
    expect(after.entries.map(({ runs }) => runs)).toEqual([[runOf('a')]]);
    expect((await timeline.window(ALWAYS, 10)).entries).toEqual(after.entries);
  });

  it('gives one event with its runs', async () => {
    const { trail, timeline } = await openWithWriter(open);
    const { facts, body } = await sample('a');
    await trail.append({ facts, body });
    await trail.recordRun(runOf('a'));
    expect(await timeline.entry(sampleId('a'))).toEqual({ ...facts, runs: [runOf('a')] });
    expect(await timeline.entry(sampleId('b'))).toBeNull();
    expect(await timeline.entry(`${sampleId('a')}/cleanup/1`)).toBeNull();
  });
}
