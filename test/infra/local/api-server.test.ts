import { describe, expect, it } from 'vitest';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import type { Pod } from '../../../infra/local/objects/pod.ts';
import { eachTestHasACluster, manifest, PODS, statusOf } from './harness.ts';
import { readEvents, request, type WatchEvent, watchEvents } from './http.ts';

const test = eachTestHasACluster({ bookmarkIntervalMs: 1000, jitter: () => 0 });

const create = (name: string, options = {}) =>
  request(test.cluster.url, 'POST', PODS, { body: manifest(name, options) });

describe('writes', () => {
  it('refuses what a server refuses', async () => {
    await create('web');
    const body = manifest('web');
    const stale = { ...manifest('web'), metadata: { name: 'web', resourceVersion: '1' } };
    expect(await statusOf(test.cluster.url, 'POST', PODS, { body })).toEqual([409, 'AlreadyExists']);
    expect(await statusOf(test.cluster.url, 'PUT', `${PODS}/web`, { body: stale })).toEqual([
      409,
      'Conflict',
    ]);
    expect(await statusOf(test.cluster.url, 'POST', '/api/v1/namespaces/none/pods', { body })).toEqual([
      404,
      'NotFound',
    ]);
    expect(await statusOf(test.cluster.url, 'POST', PODS, { body: '{' })).toEqual([400, 'BadRequest']);
    expect(await statusOf(test.cluster.url, 'POST', PODS, { body: { spec: {} } })).toEqual([422, 'Invalid']);
    expect(
      await statusOf(test.cluster.url, 'POST', PODS, { body: manifest('x', { spec: { containers: [{}] } }) }),
    ).toEqual([422, 'Invalid']);
    expect(await statusOf(test.cluster.url, 'DELETE', '/api/v1/nodes/node1')).toEqual([
      405,
      'MethodNotAllowed',
    ]);
    expect(await statusOf(test.cluster.url, 'GET', '/apis/apps/v1/deployments')).toEqual([404, 'NotFound']);
    expect(await statusOf(test.cluster.url, 'POST', PODS, { body: 'x'.repeat(3 * 1024 * 1024 + 1) })).toEqual(
      [413, 'RequestEntityTooLarge'],
    );
    expect(
      await statusOf(test.cluster.url, 'PATCH', `${PODS}/web`, { body: {}, type: 'text/plain' }),
    ).toEqual([415, 'UnsupportedMediaType']);
  });

  it('lets nobody change what a Pod runs, except the image', async () => {
    await create('web');
    const type = 'application/json-patch+json';
    const image = [{ op: 'replace', path: '/spec/containers/0/image', value: 'busybox:2' }];
    const command = [{ op: 'replace', path: '/spec/containers/0/command', value: ['true'] }];
    const patched = await request(test.cluster.url, 'PATCH', `${PODS}/web`, { type, body: image });
    expect(patched.body).toMatchObject({
      metadata: { generation: 2 },
      spec: { containers: [{ image: 'busybox:2' }] },
    });
    expect(await statusOf(test.cluster.url, 'PATCH', `${PODS}/web`, { type, body: command })).toEqual([
      422,
      'Invalid',
    ]);
  });

  it('keeps a condition somebody else put into the status', async () => {
    await create('web');
    await test.clock.advanceTo(2000);
    const { body } = await request(test.cluster.url, 'GET', `${PODS}/web`);
    const pod = body as Pod;
    const mine = {
      type: 'example.com/gate',
      status: 'True',
      lastProbeTime: null,
      lastTransitionTime: '2026-01-01T00:00:00Z',
    };
    const next = { ...pod, status: { ...pod.status, conditions: [...(pod.status.conditions ?? []), mine] } };
    expect((await request(test.cluster.url, 'PUT', `${PODS}/web/status`, { body: next })).status).toBe(200);
    await request(test.cluster.url, 'DELETE', `${PODS}/web`);
    await test.clock.advanceTo(3000);
    const after = (await request(test.cluster.url, 'GET', `${PODS}/web`)).body as Pod;
    expect(after.status.observedGeneration).toBe(2);
    expect(after.status.conditions).toContainEqual(mine);
  });

  it('checks the UID a deletion is meant for', async () => {
    await create('web');
    const wrong = { preconditions: { uid: '00000000-0000-4000-8000-000000000000' } };
    expect(await statusOf(test.cluster.url, 'DELETE', `${PODS}/web`, { body: wrong })).toEqual([
      409,
      'Conflict',
    ]);
  });

  it('writes no new version for a change of nothing', async () => {
    await create('web', { labels: { a: 'b' } });
    const before = test.cluster.api.resourceVersion();
    const type = 'application/merge-patch+json';
    await request(test.cluster.url, 'PATCH', `${PODS}/web`, {
      type,
      body: { metadata: { labels: { a: 'b' } } },
    });
    expect(test.cluster.api.resourceVersion()).toBe(before);
  });

  it('stores Events of others and selects them by what they are about', async () => {
    const event = {
      metadata: { name: 'e1' },
      involvedObject: { kind: 'Pod', uid: 'u1' },
      reason: 'Killing',
      type: 'Normal',
    };
    const path = '/api/v1/namespaces/default/events';
    expect((await request(test.cluster.url, 'POST', path, { body: event })).status).toBe(201);
    const found = (selector: string) =>
      request(test.cluster.url, 'GET', `/api/v1/events?fieldSelector=${selector}`);
    const count = async (selector: string) =>
      ((await found(selector)).body as { items: unknown[] }).items.length;
    expect(await count('involvedObject.kind=Pod,involvedObject.uid=u1,reason=Killing,type=Normal')).toBe(1);
    expect(await count('involvedObject.kind=Node,reason=Killing')).toBe(0);
  });
});

describe('watches', () => {
  it('send the last object with the version of its deletion', async () => {
    const from = test.cluster.api.resourceVersion();
    await create('web', { spec: { nodeSelector: { no: 'node' } } });
    await request(test.cluster.url, 'DELETE', `${PODS}/web`);
    const seen = await readEvents(
      test.cluster.url,
      `${PODS}?watch=1&resourceVersion=${from}`,
      ({ type }) => type === 'DELETED',
    );
    const versions = seen.map(({ object }) => Number(object.metadata.resourceVersion));
    expect(seen.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    expect(new Set(versions).size).toBe(3);
    const { resourceVersion: _a, ...last } = seen[1]?.object.metadata ?? {};
    const { resourceVersion: _b, ...deleted } = seen[2]?.object.metadata ?? {};
    expect(deleted).toEqual(last);
  });

  it('call an object that stops matching deleted and one that begins to match added', async () => {
    await create('web', { labels: { app: 'a' } });
    const from = test.cluster.api.resourceVersion();
    const type = 'application/merge-patch+json';
    const relabel = (app: string) =>
      request(test.cluster.url, 'PATCH', `${PODS}/web`, { type, body: { metadata: { labels: { app } } } });
    await relabel('b');
    await relabel('a');
    const path = `${PODS}?watch=1&labelSelector=app=a&resourceVersion=${from}`;
    const seen = await readEvents(test.cluster.url, path, (_, count) => count === 2);
    expect(seen.map(({ type, object }) => [type, object.metadata.labels?.app])).toEqual([
      ['DELETED', 'a'],
      ['ADDED', 'a'],
    ]);
  });

  it('can be reset, held silent, and told that their version expired', async () => {
    const from = test.cluster.api.resourceVersion();
    const path = `${PODS}?watch=1&allowWatchBookmarks=true&resourceVersion=${from}`;
    const seen: WatchEvent[] = [];
    const reading = (async () => {
      for await (const event of watchEvents(test.cluster.url, path)) seen.push(event);
    })();
    reading.catch(() => {});
    while (test.cluster.api.openWatches() === 0) await new Promise(setImmediate);
    test.cluster.api.holdWatchesSilent(true);
    test.cluster.applyManifest(manifest('unseen'));
    await test.clock.advanceTo(5000);
    expect(seen).toEqual([]);
    test.cluster.api.dropWatches();
    await expect(reading).rejects.toThrow();
    test.cluster.api.holdWatchesSilent(false);
    test.cluster.api.expireHistory();
    const [expired] = await readEvents(test.cluster.url, path);
    expect(expired).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
  });
});

it('leaves no timer and no open connection behind', async () => {
  await create('web');
  const watching = readEvents(test.cluster.url, `${PODS}?watch=1`).catch(() => []);
  await test.clock.advanceTo(300);
  await test.cluster.close();
  await test.cluster.close();
  await watching;
  expect(test.clock.pending()).toEqual([]);
  await expect(request(test.cluster.url, 'GET', '/version')).rejects.toThrow();
});

it('gives a kubeconfig that names its address and token', async () => {
  const secured = await createLocalCluster({ token: 'sesame' });
  try {
    expect(secured.kubeconfig()).toContain(`server: ${secured.url}`);
    expect(secured.kubeconfig()).toContain('token: sesame');
  } finally {
    await secured.close();
  }
});
