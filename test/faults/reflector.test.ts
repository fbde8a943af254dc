import { describe, expect, it, onTestFinished } from 'vitest';
import { loadCluster } from '../../watcher/source/cluster/cluster-access.ts';
import { createPodSource } from '../../watcher/source/pod-source.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import {
  current,
  page,
  refuse,
  reset,
  type Step,
  startScriptedApi,
  stream,
  streamAndEnd,
} from '../support/scripted-api.ts';
import { quietSetAside } from '../support/set-aside.ts';
import { until } from '../support/until.ts';
import { added, bookmark, deleted, follow, modified, pod } from '../watcher/source/follow.ts';
import { createRecordingSink } from '../watcher/source/recording-sink.ts';

/*
 * The tests of client-go's reflector, asked of ours, under their names. Those that other tests here already answer are
 * listed with them in docs/faults.md.
 *
 * https://github.com/kubernetes/client-go/blob/master/tools/cache/reflector_test.go, reflector_watchlist_test.go
 */

const from100 = { resumePoint: '100' };
/** Long troubles, without a comparison with a full list in between. */
const undisturbed = { ...from100, resyncIntervalMs: 1_000_000_000 };

/** An ERROR event in a watch, whose HTTP status was 200. */
function errorEvent(code: number, reason: string) {
  return { type: 'ERROR', object: { kind: 'Status', status: 'Failure', code, reason } };
}

describe('stopping', () => {
  it('TestCloseWatchChannelOnError: after an ERROR event the connection is cut, whatever the server does with it', async () => {
    const { api, source, passPause } = await follow(
      { watch: [stream(errorEvent(500, 'InternalError')), stream(bookmark(101))] },
      from100,
    );
    await until('the cut', () => api.streams.length > 0 && api.stream(0).isCut());
    await passPause();
    await until('the next watch', () => source.status().state === 'watching');
  });

  it('TestReflectorWatchStoppedBefore: a source that was stopped before it started asks nothing', async () => {
    const api = await startScriptedApi();
    const clock = createFakeClock();
    const cluster = await loadCluster({ server: api.url, clock });
    onTestFinished(async () => {
      await cluster.close();
      await api.close();
    });
    const log = { debug: () => {}, info: () => {}, warn: () => {} };
    const deps = {
      ...{ cluster, sink: createRecordingSink(), clock, random: () => 0.5, log },
      setAside: quietSetAside(),
    };
    const source = createPodSource({ ...deps, resyncIntervalMs: 600_000 });
    await source.stop();
    await source.start();
    expect(api.requests).toEqual([]);
    expect(source.status().state).toBe('stopped');
  });
});

describe('errors between lists and watches', () => {
  it('TestReflectorListAndWatchWithErrors: whatever fails in between, what is told adds up to what there is', async () => {
    const { toldExactly, passPause } = await follow({
      watchList: [refuse(400, 'BadRequest')],
      list: [
        refuse(500, 'InternalError'),
        page('3', [pod('foo', 2), pod('bar', 3)]),
        page('7', [pod('bar', 3), pod('baz', 6)]),
      ],
      watch: [
        streamAndEnd(deleted('foo', 4), added('qux', 5)),
        refuse(500, 'InternalError'),
        streamAndEnd(added('baz', 6)),
        streamAndEnd(errorEvent(410, 'Expired')),
        stream(deleted('baz', 8)),
      ],
    });
    await passPause();
    await passPause();
    await passPause();
    await toldExactly(
      ...['start: foo@2', 'start: bar@3', 'listed start: bar foo @3'],
      ...['gone foo@4', 'seen qux@5', 'seen baz@6'],
      ...['expired: bar@3', 'expired: baz@6', 'listed expired: bar baz @7', 'gone baz@8'],
    );
  });

  it.each([
    [5, 1_200 + 2_400 + 4_800 + 9_600 + 19_200],
    [40, 1_200 + 2_400 + 4_800 + 9_600 + 19_200 + 35 * 22_500],
  ])(
    'TestReflectorListAndWatchInitConnBackoff: %i connection failures are waited out with pauses that grow to a ceiling',
    async (failures, totalMs) => {
      const { api, toldExactly, passPause } = await follow(
        { watch: [...Array.from({ length: failures }, () => reset), stream(modified('a', 101))] },
        undisturbed,
      );
      let waitedMs = 0;
      for (let failure = 0; failure < failures; failure++) waitedMs += await passPause();
      await toldExactly('seen a@101');
      expect(waitedMs).toBe(totalMs);
      expect(api.asked('list').length + api.asked('watchList').length).toBe(0);
    },
  );

  it.each<[string, Step]>([
    ['as an answer', refuse(429, 'TooManyRequests')],
    ['as an event of the stream', streamAndEnd(errorEvent(429, 'TooManyRequests'))],
  ])('TestBackoffOnTooManyRequests: 429 %s is a pause before the next watch', async (_, tooMany) => {
    const { source, toldExactly, passPause } = await follow(
      { watch: [tooMany, tooMany, stream(modified('a', 101))] },
      from100,
    );
    expect([await passPause(), await passPause()]).toEqual([1_200, 2_400]);
    await toldExactly('seen a@101');
    expect(source.status().restarts).toEqual({ throttled: 2 });
  });

  it('TestNoRelistOnTooManyRequests: a storm of 429 causes no list; each Retry-After is kept, and no change is lost', async () => {
    const tooMany = refuse(429, 'TooManyRequests', { 'retry-after': '7' });
    const { api, source, toldExactly, passPause } = await follow({
      watchList: [stream(added('a', 3), bookmark(5, 'end'))],
      watch: [...Array.from({ length: 20 }, () => tooMany), stream(modified('a', 6), deleted('a', 7))],
    });
    await toldExactly('start: a@3', 'listed start: a @5');
    api.stream(0).end();
    const pauses: number[] = [];
    for (let answer = 0; answer < 20; answer++) pauses.push(await passPause());
    await toldExactly('start: a@3', 'listed start: a @5', 'seen a@6', 'gone a@7');
    expect(Math.min(...pauses)).toBe(7_000);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(30_000);
    expect(source.status().restarts).toEqual({ closed: 1, throttled: 20 });
    expect(api.asked('watchList')).toHaveLength(1);
    expect(api.asked('list')).toHaveLength(0);
    expect(api.asked('watch').every(({ query }) => query.resourceVersion === '5')).toBe(true);
  });

  it('TestRetryInternalError: an internal error inside the watch is tried again from the same place, without a list', async () => {
    const internal = streamAndEnd(errorEvent(500, 'InternalError'));
    const { api, source, toldExactly, passPause } = await follow(
      { watch: [...Array.from({ length: 31 }, () => internal), stream(modified('a', 101))] },
      undisturbed,
    );
    for (let failure = 0; failure < 31; failure++) expect(await passPause()).toBeGreaterThanOrEqual(800);
    await toldExactly('seen a@101');
    expect(source.status().restarts).toEqual({ unavailable: 31 });
    expect(new Set(api.asked('watch').map(({ query }) => query.resourceVersion))).toEqual(new Set(['100']));
    expect(api.asked('list').length + api.asked('watchList').length).toBe(0);
  });
});

describe('lists', () => {
  const pods = Array.from({ length: 10 }, (_, index) => pod(`pod-${index}`, index + 1));

  it('TestReflectorWatchListPageSize: a list comes in pages, each asked for by the token of the one before', async () => {
    const { api, sink } = await follow({
      watchList: [refuse(400, 'BadRequest')],
      list: [
        page('10', pods.slice(0, 4), 'C1'),
        page('10', pods.slice(4, 8), 'C2'),
        page('10', pods.slice(8)),
      ],
    });
    await until('the list', () => sink.told().at(-1)?.startsWith('listed') === true);
    expect(sink.told()).toHaveLength(11);
    expect(api.asked('list').map(({ query }) => query)).toEqual([
      { limit: '500' },
      { limit: '500', continue: 'C1' },
      { limit: '500', continue: 'C2' },
    ]);
  });

  it('TestReflectorPaginatingNonConsistentReadsIfWatchCacheDisabled: a later list is paged like the first', async () => {
    const { api, sink, passPause } = await follow({
      watchList: [refuse(400, 'BadRequest')],
      list: [
        page('10', pods.slice(0, 4), 'C1'),
        page('10', pods.slice(4)),
        page('20', pods, 'C2'),
        page('20', []),
      ],
      watch: [streamAndEnd(errorEvent(410, 'Expired'))],
    });
    await passPause();
    await until('the second list', () => sink.told().at(-1)?.startsWith('listed expired') === true);
    expect(
      api.asked('list').map(({ query }) => [query.limit, query.continue, query.resourceVersion]),
    ).toEqual([
      ['500', undefined, undefined],
      ['500', 'C1', undefined],
      ['500', undefined, '10'],
      ['500', 'C2', undefined],
    ]);
  });

  it('TestReflectorFullListIfTooLarge: a watch that finds itself in the future after the deadline of silence ends in a list', async () => {
    const { clock, source, toldExactly, passPause } = await follow(
      {
        watch: [stream()],
        current: [current('99999999'), ...Array.from({ length: 4 }, () => current('4'))],
        watchList: [stream(added('a', 3), bookmark(5, 'end'))],
      },
      { resumePoint: '99999999' },
    );
    await until('the watch', () => clock.pending().includes(100_000));
    await clock.advance(100_000);
    for (let pause = 0; pause < 4; pause += 1) await passPause();
    await toldExactly('epochChanged: a@3', 'listed epochChanged: a @5');
    expect(source.status().restarts).toEqual({ silence: 1, lagging: 3, wentBack: 1 });
  });

  it('TestReflectorFullListIfTooLarge: so does one that a load balancer cuts', async () => {
    const { api, toldExactly, passPause } = await follow(
      {
        watch: [stream()],
        current: [current('99999999'), ...Array.from({ length: 4 }, () => current('4'))],
        watchList: [stream(added('a', 3), bookmark(5, 'end'))],
      },
      { resumePoint: '99999999' },
    );
    await until('the watch', () => api.streams.length === 1);
    api.stream(0).reset();
    for (let pause = 0; pause < 4; pause += 1) await passPause();
    await toldExactly('epochChanged: a@3', 'listed epochChanged: a @5');
  });

  it('TestReflectorReplacesStoreOnUnsafeDelete: a Pod that etcd could not decode and lost is found gone by a list at once', async () => {
    const { api, toldExactly, passPause } = await follow({
      watchList: [
        stream(added('a', 1), added('corrupt', 4), bookmark(4, 'end')),
        stream(added('a', 1), bookmark(5, 'end')),
      ],
    });
    const before = ['start: a@1', 'start: corrupt@4', 'listed start: a corrupt @4'];
    await toldExactly(...before);
    api.stream(0).send(errorEvent(500, 'StoreReadError'));
    await passPause();
    await toldExactly(...before, 'expired: a@1', 'listed expired: a @5');
  });
});

describe('resourceVersions', () => {
  it('TestReflectorResourceVersionUpdate: the resume point follows the list, every change and every bookmark', async () => {
    const points: (string | null)[] = [];
    const { api, sink, toldExactly } = await follow({ watchList: [stream(bookmark(10, 'end'))] });
    const told = ['listed start:  @10'];
    await toldExactly(...told);
    points.push(sink.resumePoint('pods'));
    const steps = [
      [modified('a', 20), 'seen a@20'],
      [bookmark(30), 'bookmark @30'],
      [deleted('a', 40), 'gone a@40'],
    ] as const;
    for (const [event, line] of steps) {
      api.stream(0).send(event);
      told.push(line);
      await toldExactly(...told);
      points.push(sink.resumePoint('pods'));
    }
    expect(points).toEqual(['10', '20', '30', '40']);
  });

  it.each([
    [0, '300'],
    [0.999, '599'],
  ])('TestWatchTimeout: a watch is asked for 5 to 10 minutes', async (chance, seconds) => {
    const api = await startScriptedApi();
    const clock = createFakeClock();
    const cluster = await loadCluster({ server: api.url, clock });
    const log = { debug: () => {}, info: () => {}, warn: () => {} };
    const sink = createRecordingSink({ pods: '100' });
    const source = createPodSource({
      cluster,
      sink,
      clock,
      random: () => chance,
      log,
      setAside: quietSetAside(),
      resyncIntervalMs: 600_000,
    });
    const running = source.start();
    onTestFinished(async () => {
      await source.stop();
      await running;
      await cluster.close();
      await api.close();
    });
    await until('the watch', () => api.asked('watch').length === 1);
    expect(api.asked('watch')[0]?.query.timeoutSeconds).toBe(seconds);
  });
});

describe('TestWatchList', () => {
  it('TestWatchList: changes and deletions during the initial events count before the list is complete', async () => {
    const { toldExactly } = await follow({
      watchList: [
        stream(
          added('p1', 1),
          added('p2', 2),
          modified('p1', 3),
          added('p3', 4),
          deleted('p3', 5),
          bookmark(5, 'end'),
        ),
      ],
    });
    const initial = ['p1@1', 'p2@2', 'p1@3', 'p3@4', 'p3@5'].map((line) => `start: ${line}`);
    await toldExactly(...initial, 'listed start: p1 p2 @5');
  });

  it('TestWatchList: a streaming list that is refused with 429 is asked for again as a streaming list', async () => {
    const busy = refuse(429, 'TooManyRequests', { 'retry-after': '1' });
    const { api, toldExactly, passPause } = await follow({
      watchList: [busy, busy, stream(added('p1', 1), bookmark(2, 'end'))],
    });
    await passPause();
    await passPause();
    await toldExactly('start: p1@1', 'listed start: p1 @2');
    expect(api.asked('watchList')).toHaveLength(3);
    expect(api.asked('list')).toHaveLength(0);
  });

  it('TestWatchList: a stream that ends after its list is followed by a plain watch from the last change', async () => {
    const { api, toldExactly } = await follow({
      watchList: [streamAndEnd(added('p1', 1), added('p2', 2), bookmark(2, 'end'), added('p3', 3))],
      watch: [stream(added('p4', 4))],
    });
    await toldExactly('start: p1@1', 'start: p2@2', 'listed start: p1 p2 @2', 'seen p3@3', 'seen p4@4');
    expect(api.asked('watch')[0]?.query).toMatchObject({ resourceVersion: '3', allowWatchBookmarks: 'true' });
    expect(api.asked('watch')[0]?.query).not.toHaveProperty('sendInitialEvents');
  });
});
