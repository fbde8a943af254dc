import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { json, noAnswer, page, recorded, refuse, stream, streamAndEnd } from '../../support/scripted-api.ts';
import { until } from '../../support/until.ts';
import { added, bookmark, deleted, follow, modified, pod } from './follow.ts';

describe('the first list', () => {
  it('is a stream that goes on as the watch', async () => {
    const { api, toldExactly } = await follow({
      watchList: [stream(added('a', 3), added('b', 2), bookmark(5, 'end'), modified('a', 6))],
    });
    await toldExactly('start: a@3', 'start: b@2', 'listed start: a b @5', 'seen a@6');
    expect(api.requests).toHaveLength(1);
    expect(api.requests[0]?.query).toMatchObject({
      sendInitialEvents: 'true',
      resourceVersionMatch: 'NotOlderThan',
      allowWatchBookmarks: 'true',
      timeoutSeconds: '450',
    });
    expect(api.requests[0]?.query).not.toHaveProperty('resourceVersion');
  });

  it('understands the recorded streaming list', async () => {
    const { toldExactly, sink } = await follow({ watchList: [recorded('watch-list')] });
    const uids = ['fd6aa1eb-9268-4f01-bcb5-5d3bd21aef34', '94553fea-81f1-4a36-a56a-290b9e473fbc'];
    const third = '5b84e289-dbf0-4b06-899f-e7153b6ef5f1';
    await toldExactly(
      `start: ${uids[0]}@1830`,
      `start: ${uids[1]}@1827`,
      `start: ${third}@1833`,
      `listed start: ${[...uids, third].sort().join(' ')} @1855`,
    );
    expect(JSON.stringify(sink.batches)).not.toContain('canary-secret');
  });

  it('leaves out a Pod whose deletion comes before the end of the initial events', async () => {
    const { toldExactly } = await follow({
      watchList: [stream(added('a', 3), added('b', 2), deleted('a', 4), bookmark(5, 'end'))],
    });
    await toldExactly('start: a@3', 'start: b@2', 'start: a@4', 'listed start: b @5');
  });

  it.each([400, 404, 422])(
    'is paged where a streaming list is answered with %i, and stays so',
    async (status) => {
      const { api, toldExactly, passPause } = await follow({
        watchList: [refuse(status, 'Invalid')],
        list: [page('5', [pod('a', 3)], 'more'), page('5', [pod('b', 2)]), page('9', [pod('b', 2)])],
        watch: [streamAndEnd({ type: 'ERROR', object: { code: 410, reason: 'Expired' } })],
      });
      await passPause();
      await toldExactly(
        'start: a@3',
        'start: b@2',
        'listed start: a b @5',
        'expired: b@2',
        'listed expired: b @9',
      );
      expect(api.asked('watchList')).toHaveLength(1);
      const [first, second] = api.asked('list');
      expect(first?.query).toEqual({ limit: '500' });
      expect(second?.query).toEqual({ limit: '500', continue: 'more' });
    },
  );

  it('is paged where the server knows bookmarks but no end of initial events', async () => {
    const { toldExactly } = await follow({
      watchList: [stream(added('a', 3), bookmark(5))],
      list: [page('6', [pod('a', 3)])],
    });
    await toldExactly('start: a@3', 'start: a@3', 'listed start: a @6');
  });

  it('is an empty list where there is nothing', async () => {
    const { toldExactly } = await follow({
      watchList: [refuse(400, 'BadRequest')],
      list: [json(200, { kind: 'PodList', metadata: { resourceVersion: '7' }, items: null })],
    });
    await toldExactly('listed start:  @7');
  });
});

describe('a list that breaks off', () => {
  it('declares nothing listed, and is tried in pages next', async () => {
    const { api, toldExactly, passPause } = await follow({
      watchList: [stream(added('a', 3))],
      list: [page('6', [pod('a', 3), pod('b', 4)])],
    });
    await toldExactly('start: a@3');
    api.stream(0).reset();
    await passPause();
    await toldExactly('start: a@3', 'start: a@3', 'start: b@4', 'listed start: a b @6');
  });

  it('starts over when a continue token has expired', async () => {
    const { api, toldExactly, passPause } = await follow({
      watchList: [refuse(400, 'BadRequest')],
      list: [
        page('5', [pod('a', 3)], 'old'),
        recorded('list-continue-expired'),
        page('9', [pod('a', 3), pod('b', 8)]),
      ],
    });
    await passPause();
    await toldExactly('start: a@3', 'start: a@3', 'start: b@8', 'listed start: a b @9');
    expect(api.asked('list').map(({ query }) => query.continue)).toEqual([undefined, 'old', undefined]);
  });

  it('starts over when a later page shows another state', async () => {
    const { toldExactly, passPause } = await follow({
      watchList: [refuse(400, 'BadRequest')],
      list: [page('5', [pod('a', 3)], 'more'), page('6', []), page('7', [pod('a', 3)])],
    });
    await passPause();
    await toldExactly('start: a@3', 'start: a@3', 'listed start: a @7');
  });

  it('is given up when a page stops half-way', async () => {
    const held: ServerResponse[] = [];
    const { api, clock, log, source, toldExactly, passPause } = await follow({
      watchList: [refuse(400, 'BadRequest')],
      list: [({ response }) => held.push(response), page('5', [pod('a', 3)])],
    });
    await until('the list request', () => api.asked('list').length === 1);
    await clock.advance(1);
    held[0]?.writeHead(200).write('{"kind":"Pod');
    await until('the wait for the rest', () => clock.pending().includes(30_000));
    await clock.advance(30_000);
    await passPause();
    await toldExactly('start: a@3', 'listed start: a @5');
    expect(source.status().restarts.noAnswer).toBe(1);
    expect(log.map(({ message }) => message)).toContain('an answer was not complete after 30 s');
  });

  it('is given up when a page does not come', async () => {
    const { api, clock, source, toldExactly, passPause } = await follow({
      watchList: [refuse(400, 'BadRequest')],
      list: [noAnswer, page('5', [pod('a', 3)])],
    });
    await until('the list request', () => api.asked('list').length === 1);
    await clock.advance(30_000);
    await passPause();
    await toldExactly('start: a@3', 'listed start: a @5');
    expect(source.status().restarts.noAnswer).toBe(1);
  });
});

describe('a list after the resume point has expired', () => {
  const expired = streamAndEnd({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });

  it('asks for a state at or after the resume point', async () => {
    const { api, toldExactly, passPause } = await follow(
      { watch: [recorded('watch-too-old')], watchList: [stream(added('b', 110), bookmark(120, 'end'))] },
      { resumePoint: '100' },
    );
    await passPause();
    await toldExactly('expired: b@110', 'listed expired: b @120');
    expect(api.asked('watch')[0]?.query).toMatchObject({
      resourceVersion: '100',
      allowWatchBookmarks: 'true',
    });
    expect(api.asked('watchList')[0]?.query.resourceVersion).toBe('100');
  });

  it.each(['Expired', 'Gone'])('follows an HTTP 410 with reason %s as well', async (reason) => {
    const { toldExactly, passPause } = await follow(
      { watch: [refuse(410, reason)], watchList: [stream(bookmark(120, 'end'))] },
      { resumePoint: '100' },
    );
    await passPause();
    await toldExactly('listed expired:  @120');
  });

  it('rejects a list older than the resume point, and tries again', async () => {
    const { source, toldExactly, passPause } = await follow(
      {
        watch: [expired],
        watchList: [stream(bookmark(90, 'end')), refuse(400, 'BadRequest')],
        list: [page('95', [pod('old', 94)]), page('130', [pod('a', 3)])],
      },
      { resumePoint: '100' },
    );
    await passPause();
    await passPause();
    await passPause();
    await toldExactly('expired: a@3', 'listed expired: a @130');
    expect(source.status().restarts.lagging).toBe(2);
  });

  it('rejects a list with a Pod older than seen', async () => {
    const { source, toldExactly, passPause, api } = await follow({
      watchList: [
        stream(added('a', 3), bookmark(5, 'end'), modified('a', 8)),
        stream(added('a', 3), bookmark(12, 'end')),
      ],
      list: [page('12', [pod('a', 8)])],
    });
    const before = ['start: a@3', 'listed start: a @5', 'seen a@8'];
    await toldExactly(...before);
    api.stream(0).send({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
    await passPause();
    await passPause();
    await toldExactly(...before, 'expired: a@8', 'listed expired: a @12');
    expect(source.status().restarts.lagging).toBe(1);
  });

  it('keeps asking for a state at or after the resume point when it starts over', async () => {
    const { api, toldExactly, passPause } = await follow(
      {
        watch: [expired],
        watchList: [refuse(400, 'BadRequest')],
        list: [page('110', [], 'old'), recorded('list-continue-expired'), page('120', [])],
      },
      { resumePoint: '100' },
    );
    await passPause();
    await passPause();
    await toldExactly('listed expired:  @120');
    const anchored = { limit: '500', resourceVersion: '100', resourceVersionMatch: 'NotOlderThan' };
    expect(api.asked('list').map(({ query }) => query)).toEqual([
      anchored,
      { limit: '500', continue: 'old' },
      anchored,
    ]);
  });

  it('asks for the most recent state when even that anchor has expired', async () => {
    const { api, toldExactly, passPause } = await follow(
      { watch: [expired], watchList: [refuse(410, 'Expired'), stream(bookmark(120, 'end'))] },
      { resumePoint: '100' },
    );
    await passPause();
    await passPause();
    await toldExactly('listed expired:  @120');
    expect(api.asked('watchList').map(({ query }) => query.resourceVersion)).toEqual(['100', undefined]);
  });
});
