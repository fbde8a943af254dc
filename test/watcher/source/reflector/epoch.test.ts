import { describe, expect, it } from 'vitest';
import {
  current,
  json,
  page,
  recorded,
  refuse,
  reset,
  stream,
  streamAndEnd,
} from '../../../support/scripted-api.ts';
import { until } from '../../../support/until.ts';
import { added, bookmark, follow, modified, pod } from '../follow.ts';

const from100 = { resumePoint: '100' };
const older = (times: number) => Array.from({ length: times }, () => current('58'));
const restored = stream(added('a', 3), bookmark(58, 'end'), modified('a', 59));
const asRestored = ['epochChanged: a@3', 'listed epochChanged: a @58', 'seen a@59'];

describe('before a watch is taken up again', () => {
  it.each([
    ['when the process starts', undefined],
    ['after a broken connection', reset],
    ['after the server ended the last one in good order', streamAndEnd(modified('a', 101))],
  ])('the server is asked where it stands: %s', async (_, first) => {
    const { api, toldExactly } = await follow(
      { watch: [...(first === undefined ? [] : [first]), stream(modified('b', 102))] },
      from100,
    ).then(async (following) => {
      if (first === reset) await following.passPause();
      return following;
    });
    await until('the watch', () => api.asked('watch').length === (first === undefined ? 1 : 2));
    const asks = api.requests.map(({ ask }) => ask);
    expect(asks).toEqual(
      first === undefined ? ['current', 'watch'] : ['current', 'watch', 'current', 'watch'],
    );
    expect(api.asked('current')[0]?.query).toEqual({ limit: '1' });
    await toldExactly(
      ...(asks.length > 2 && first !== reset ? ['seen a@101', 'seen b@102'] : ['seen b@102']),
    );
  });

  it('it is asked again while it refuses, and no watch is opened', async () => {
    const { api, toldExactly, passPause } = await follow(
      { current: [refuse(503, 'ServiceUnavailable'), reset], watch: [stream(modified('a', 101))] },
      from100,
    );
    await passPause();
    await passPause();
    await toldExactly('seen a@101');
    expect(api.requests.map(({ ask }) => ask)).toEqual(['current', 'current', 'current', 'watch']);
  });
});

describe('a server whose most recent state lies behind what was seen', () => {
  it('is a new epoch after four answers and five seconds: listed anew without a resume point, and logged', async () => {
    const { api, log, toldExactly, passPause, source } = await follow(
      { current: older(4), watchList: [restored] },
      from100,
    );
    const pauses = [await passPause(), await passPause()];
    expect(source.status().refused).toBe(false);
    await until('the third', () => source.status().restarts.lagging === 3);
    expect(source.status()).toMatchObject({
      refused: true,
      error: 'the API server is behind what was seen: its most recent state is 58, and 100 was seen',
    });
    pauses.push(await passPause());
    expect(pauses.reduce((sum, ms) => sum + ms)).toBeGreaterThan(5_000);
    await toldExactly(...asRestored);
    expect(api.asked('watchList')[0]?.query).not.toHaveProperty('resourceVersion');
    expect(source.status()).toMatchObject({
      refused: false,
      restarts: { lagging: 3, wentBack: 1 },
      state: 'watching',
    });
    expect(log.filter(({ level }) => level === 'warn').at(-1)?.message).toBe(
      'the history of the API server was put back (etcd restored, or another server): ' +
        'its most recent state is 58, and 100 was seen',
    );
  });

  it('is only a lagging one when it comes to the same place: no list, and the watch goes on', async () => {
    const { api, toldExactly, passPause, source } = await follow(
      { current: [...older(3), current('100')], watch: [stream(modified('a', 101))] },
      from100,
    );
    for (let pause = 0; pause < 3; pause += 1) await passPause();
    await toldExactly('seen a@101');
    expect(api.asked('watchList')).toHaveLength(0);
    expect(source.status()).toMatchObject({ refused: false, stale: false });
  });

  it('has to look so four times in a row', async () => {
    const { toldExactly, passPause } = await follow(
      {
        current: [...older(3), current('100'), ...older(3), current('101')],
        watch: [reset, stream(modified('a', 102))],
      },
      from100,
    );
    for (let pause = 0; pause < 7; pause += 1) await passPause();
    await toldExactly('seen a@102');
  });

  it('is found out after a silent watch from its future, as a real server answers it', async () => {
    const { toldExactly, passPause } = await follow(
      { current: [current('100'), ...older(4)], watch: [recorded('watch-too-new')], watchList: [restored] },
      from100,
    );
    for (let pause = 0; pause < 4; pause += 1) await passPause();
    await toldExactly(...asRestored);
  });

  it('is found out when it sends a bookmark of before the watch began, which no server does', async () => {
    const { toldExactly, passPause } = await follow(
      { current: [current('100'), ...older(4)], watch: [stream(bookmark(57))], watchList: [restored] },
      from100,
    );
    for (let pause = 0; pause < 4; pause += 1) await passPause();
    await toldExactly(...asRestored);
  });

  it('is found out when a list after a 410 is refused as too new', async () => {
    const { toldExactly, passPause } = await follow(
      {
        current: [current('100'), ...older(4)],
        watch: [recorded('watch-too-old')],
        watchList: [recorded('list-too-new'), restored],
      },
      from100,
    );
    for (let pause = 0; pause < 5; pause += 1) await passPause();
    await toldExactly(...asRestored);
  });
});

describe('a list that is refused', () => {
  it('as too new by one API server that lags is asked for again: no new epoch', async () => {
    const { toldExactly, passPause, source } = await follow(
      {
        watch: [recorded('watch-too-old')],
        watchList: [
          recorded('list-too-new'),
          recorded('list-too-new'),
          stream(added('b', 110), bookmark(120, 'end')),
        ],
      },
      from100,
    );
    for (let pause = 0; pause < 3; pause += 1) await passPause();
    await toldExactly('expired: b@110', 'listed expired: b @120');
    expect(source.status().restarts).toEqual({ expired: 1, tooNew: 2 });
  });

  it('for ever, because it is older than what was seen, shows after the third time', async () => {
    const { passPause, source } = await follow(
      {
        watch: [recorded('watch-too-old')],
        watchList: [stream(bookmark(90, 'end'))],
        list: Array.from({ length: 6 }, () => page('90', [pod('a', 80)])),
      },
      from100,
    );
    for (let pause = 0; pause < 3; pause += 1) await passPause();
    await until('the third', () => source.status().restarts.lagging === 3);
    expect(source.status()).toMatchObject({
      refused: true,
      error: 'the API server listed the state at 90, older than 100 which was seen',
    });
  });

  const seenAt200 = {
    watchList: [stream(added('a', 3), bookmark(5, 'end'), modified('a', 200), bookmark(210))],
  };
  const expired = { type: 'ERROR', object: { code: 410, reason: 'Expired' } };
  const begun = ['start: a@3', 'listed start: a @5', 'seen a@200'];

  it('because it shows a Pod as it was before, in a state after that, is a new epoch: its line has passed ours', async () => {
    const { api, toldExactly, passPause, source } = await follow({
      watchList: [...seenAt200.watchList, stream(added('a', 150), bookmark(300, 'end')), restored],
      list: [page('301', [pod('a', 150)]), page('302', [pod('a', 150)]), page('303', [pod('a', 150)])],
    });
    await toldExactly(...begun);
    api.stream(0).send(expired);
    for (let pause = 0; pause < 4; pause += 1) await passPause();
    await toldExactly(...begun, 'epochChanged: a@150', 'listed epochChanged: a @303');
    expect(source.status().restarts).toEqual({ expired: 1, lagging: 1, rewound: 2, wentBack: 1 });
  });

  it('is only a lagging one when the Pod is told of as it was in a state of then', async () => {
    const { api, toldExactly, passPause, source } = await follow({
      watchList: [...seenAt200.watchList, stream(added('a', 150), bookmark(190, 'end'))],
      list: [page('195', [pod('a', 150)]), page('195', [pod('a', 150)]), page('240', [pod('a', 230)])],
    });
    await toldExactly(...begun);
    api.stream(0).send(expired);
    for (let pause = 0; pause < 4; pause += 1) await passPause();
    await toldExactly(...begun, 'expired: a@230', 'listed expired: a @240');
    expect(source.status().restarts).toEqual({ expired: 1, lagging: 3 });
  });
});

describe('a comparison with a full list', () => {
  it('that shows a Pod as it was before, twice, breaks the watch off for a new epoch', async () => {
    const { api, clock, sink, toldExactly, passPause } = await follow(
      {
        watchList: [
          stream(added('a', 3), bookmark(5, 'end'), modified('a', 200)),
          stream(added('a', 150), bookmark(330, 'end')),
        ],
        list: [page('300', [pod('a', 150)]), page('320', [pod('a', 150)])],
      },
      { resyncIntervalMs: 300_000 },
    );
    const begun = ['start: a@3', 'listed start: a @5', 'seen a@200'];
    await toldExactly(...begun);
    for (let minute = 1; minute <= 5; minute += 1) {
      api.stream(0).send(bookmark(200 + minute));
      await until('the bookmark', () => sink.resumePoint('pods') === String(200 + minute));
      await clock.advance(60_000);
    }
    await until('the first comparison', () => api.asked('list').length === 1);
    await until('the second look', () => clock.pending().includes(10_000));
    await clock.advance(10_000);
    await passPause();
    await until('the new list', () => sink.resumePoint('pods') === '330');
    expect(sink.told().slice(-2)).toEqual(['epochChanged: a@150', 'listed epochChanged: a @330']);
    expect(api.stream(0).isCut()).toBe(true);
  });
});

describe('another cluster', () => {
  const other = async () => {
    throw new Error('the journal belongs to another cluster');
  };

  it('at the same address is found out after a broken connection, also where it is ahead; the source ends', async () => {
    const { running, passPause, api, source } = await follow(
      { watch: [reset] },
      { ...from100, sameCluster: other },
    );
    await passPause();
    await expect(running).rejects.toThrow('belongs to another cluster');
    await source.stop();
    expect(api.asked('watch')).toHaveLength(1);
    expect(api.asked('watchList')).toHaveLength(0);
  });

  it('that is older is no new epoch', async () => {
    const { running, passPause, api } = await follow(
      { current: older(4) },
      { ...from100, sameCluster: other },
    );
    await passPause();
    await expect(running).rejects.toThrow('belongs to another cluster');
    expect(api.asked('watchList')).toHaveLength(0);
  });

  it('is asked for until somebody answers; nothing is followed before', async () => {
    const answers = [{ kind: 'unavailable', message: 'the API server answered 503' } as const, null, null];
    const { api, toldExactly, passPause } = await follow(
      { watch: [reset, stream(modified('a', 101))] },
      { ...from100, sameCluster: async () => answers.shift() ?? null },
    );
    await passPause();
    await passPause();
    await toldExactly('seen a@101');
    expect(api.requests.map(({ ask }) => ask)).toEqual(['current', 'watch', 'current', 'watch']);
  });
});

describe('an answer that is no list', () => {
  it('is waited out', async () => {
    const { toldExactly, passPause, source } = await follow(
      { current: [json(200, { kind: 'PodList', metadata: {} })], watch: [stream(modified('a', 101))] },
      from100,
    );
    await passPause();
    await toldExactly('seen a@101');
    expect(source.status().restarts).toEqual({ malformed: 1 });
  });
});
