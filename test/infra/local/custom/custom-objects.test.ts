import { beforeEach, describe, expect, it } from 'vitest';
import { eachTestHasACluster } from '../harness.ts';
import { readEvents, request } from '../http.ts';
import {
  defineSubscriptions,
  messageIn,
  SUBSCRIPTIONS,
  type Subscription,
  subscribe,
  subscription,
} from './hook-subscriptions.ts';

const test = eachTestHasACluster();
const MERGE = 'application/merge-patch+json';
const ONE = `${SUBSCRIPTIONS}/billing`;

beforeEach(async () => {
  test.cluster.createNamespace('team-a');
  await defineSubscriptions(test.cluster.url);
});

const send = (...args: Parameters<typeof request> extends [string, ...infer Rest] ? Rest : never) =>
  request(test.cluster.url, ...args);
const read = async () => (await send('GET', ONE)).body as Subscription;
const listed = async (query: string) =>
  ((await send('GET', `${SUBSCRIPTIONS}?${query}`)).body as { items: Subscription[] }).items.map(
    ({ metadata }) => metadata.name,
  );

describe('a custom object', () => {
  it('counts what is asked for, not what is said of it', async () => {
    const created = await subscribe(test.cluster.url, 'billing', {}, { labels: { a: 'b' } });
    const label = await send('PATCH', ONE, { type: MERGE, body: { metadata: { labels: { a: 'c' } } } });
    const state = await send('PATCH', `${ONE}/status`, { type: MERGE, body: { status: { pending: 3 } } });
    const asked = await send('PATCH', ONE, { type: MERGE, body: { spec: { suspend: true } } });
    const generations = [label, state, asked].map(({ body }) => (body as Subscription).metadata.generation);
    expect([created.metadata.generation, ...generations]).toEqual([1, 1, 1, 2]);
  });

  it('has its status only from the status path, and all else only from its own', async () => {
    const body = { ...subscription('billing'), status: { pending: 1 } };
    const created = await send('POST', SUBSCRIPTIONS, { body });
    expect((created.body as Subscription).status).toBeUndefined();
    const both = { spec: { suspend: true }, status: { pending: 2 } };
    await send('PATCH', ONE, { type: MERGE, body: both });
    expect(await read()).toMatchObject({ spec: { suspend: true } });
    expect((await read()).status).toBeUndefined();
    await send('PATCH', `${ONE}/status`, {
      type: MERGE,
      body: { metadata: { labels: { x: 'y' } }, spec: { suspend: false }, status: { pending: 4 } },
    });
    expect(await read()).toMatchObject({
      spec: { suspend: true },
      status: { pending: 4 },
      metadata: { generation: 2 },
    });
    expect((await read()).metadata.labels).toBeUndefined();
  });

  it('is not written when nothing changes', async () => {
    await subscribe(test.cluster.url, 'billing');
    const before = test.cluster.api.resourceVersion();
    await send('PATCH', ONE, { type: MERGE, body: { spec: { suspend: false } } });
    const apply = { status: { pending: 1 } };
    const applied = () =>
      send('PATCH', `${ONE}/status?fieldManager=w&force=true`, {
        type: 'application/apply-patch+yaml',
        body: { ...subscription('billing'), ...apply },
      });
    expect(test.cluster.api.resourceVersion()).toBe(before);
    await applied();
    const once = test.cluster.api.resourceVersion();
    await test.clock.advanceTo(60_000);
    await applied();
    expect([once, Number(before) + 1]).toEqual([test.cluster.api.resourceVersion(), Number(once)]);
  });

  it('is replaced only by who read its newest version', async () => {
    const { metadata } = await subscribe(test.cluster.url, 'billing');
    const put = (more: object) =>
      send('PUT', ONE, { body: subscription('billing', { suspend: true }, more) });
    expect([(await put({})).status, messageIn(await put({}))]).toEqual([
      422,
      expect.stringContaining('metadata.resourceVersion: Invalid value: 0: must be specified for an update'),
    ]);
    expect((await put({ resourceVersion: metadata.resourceVersion })).status).toBe(200);
    expect((await put({ resourceVersion: metadata.resourceVersion })).status).toBe(409);
  });

  it('takes JSON patches and refuses strategic ones', async () => {
    await subscribe(test.cluster.url, 'billing');
    const body = [{ op: 'replace', path: '/spec/suspend', value: true }];
    expect((await send('PATCH', ONE, { type: 'application/json-patch+json', body })).status).toBe(200);
    expect(await read()).toMatchObject({ spec: { suspend: true } });
    const type = 'application/strategic-merge-patch+json';
    expect((await send('PATCH', ONE, { type, body: {} })).status).toBe(415);
  });

  it('loses unknown fields: with a warning, in silence, or not at all', async () => {
    const body = subscription('billing', { hoks: [], target: { url: 'https://a.example.com/', path: '/' } });
    const send = (validation: string) =>
      request(test.cluster.url, 'POST', `${SUBSCRIPTIONS}?dryRun=All${validation}`, { body });
    const [warned, ignored, strict] = [
      await send(''),
      await send('&fieldValidation=Ignore'),
      await send('&fieldValidation=Strict'),
    ];
    expect(warned.headers.warning).toEqual([
      '299 - "unknown field \\"spec.hoks\\""',
      '299 - "unknown field \\"spec.target.path\\""',
    ]);
    expect((warned.body as Subscription).spec).toMatchObject({ target: { url: 'https://a.example.com/' } });
    expect(JSON.stringify(ignored.body)).not.toContain('hoks');
    expect([ignored.status, ignored.headers.warning]).toEqual([201, undefined]);
    expect([strict.status, messageIn(strict)]).toEqual([
      400,
      expect.stringContaining('unknown field "spec.hoks", unknown field "spec.target.path"'),
    ]);
    expect((await send('&fieldValidation=Maybe')).status).toBe(400);
  });

  it('may keep a value that has become invalid, but gets no new one', async () => {
    await subscribe(test.cluster.url, 'billing', { delivery: { timeoutSeconds: 20 } });
    const { body } = await send(
      'GET',
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/hooksubscriptions.offhook.dev',
    );
    const stricter = JSON.parse(JSON.stringify(body).replace('"maximum":30', '"maximum":10')) as object;
    const changed = await send(
      'PUT',
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/hooksubscriptions.offhook.dev',
      {
        body: stricter,
      },
    );
    expect(changed.status).toBe(200);
    expect((await send('PATCH', ONE, { type: MERGE, body: { spec: { suspend: true } } })).status).toBe(200);
    const more = await send('PATCH', ONE, {
      type: MERGE,
      body: { spec: { delivery: { timeoutSeconds: 21 } } },
    });
    expect([more.status, messageIn(more)]).toEqual([
      422,
      expect.stringContaining('should be less than or equal to 10'),
    ]);
  });

  it('is found by labels and by the fields that its definition names, page by page', async () => {
    for (const [name, suspend] of [
      ['a', true],
      ['b', false],
      ['c', true],
    ] as const)
      await subscribe(test.cluster.url, name, { suspend }, { labels: { name } });
    expect(await listed('fieldSelector=spec.suspend%3Dtrue')).toEqual(['a', 'c']);
    expect(await listed('labelSelector=name%20in%20(a,b)')).toEqual(['a', 'b']);
    expect((await send('GET', `${SUBSCRIPTIONS}?fieldSelector=spec.selection%3DSelector`)).status).toBe(400);
    const first = (await send('GET', `${SUBSCRIPTIONS}?limit=2`)).body as { metadata: { continue: string } };
    expect(await listed(`limit=2&continue=${first.metadata.continue}`)).toEqual(['c']);
    const everywhere = await send('GET', '/apis/offhook.dev/v1alpha1/hooksubscriptions');
    expect((everywhere.body as { items: unknown[] }).items).toHaveLength(3);
  });

  it('is watched as any other: what stops matching is gone', async () => {
    await subscribe(test.cluster.url, 'billing', { suspend: true });
    const path = `${SUBSCRIPTIONS}?watch=1&fieldSelector=spec.suspend%3Dtrue`;
    const seen = readEvents(test.cluster.url, path, (_, count) => count === 2);
    while (test.cluster.api.openWatches() < 1) await new Promise(setImmediate);
    await send('PATCH', ONE, { type: MERGE, body: { spec: { suspend: false } } });
    expect((await seen).map(({ type }) => type)).toEqual(['ADDED', 'DELETED']);
  });

  it('stays until its last finalizer is gone', async () => {
    await subscribe(test.cluster.url, 'billing', {}, { finalizers: ['offhook.dev/last-words'] });
    const deleted = await send('DELETE', ONE);
    expect((deleted.body as Subscription).metadata.deletionTimestamp).toEqual(expect.any(String));
    expect((await send('GET', ONE)).status).toBe(200);
    await send('PATCH', ONE, { type: MERGE, body: { metadata: { finalizers: null } } });
    expect((await send('GET', ONE)).status).toBe(404);
  });

  it('is deleted only if it is the one that is meant, and with all others by one request', async () => {
    const { metadata } = await subscribe(test.cluster.url, 'billing');
    await subscribe(test.cluster.url, 'audit', {}, { labels: { keep: 'yes' } });
    const body = { preconditions: { uid: 'another' } };
    expect((await send('DELETE', ONE, { body })).status).toBe(409);
    expect((await send('DELETE', `${ONE}?dryRun=All`)).status).toBe(200);
    expect((await read()).metadata.uid).toBe(metadata.uid);
    await send('DELETE', `${SUBSCRIPTIONS}?labelSelector=!keep`);
    expect(await listed('')).toEqual(['audit']);
  });

  it('cannot be too large, nor in a namespace that is not there', async () => {
    const annotations = Object.fromEntries(
      Array.from({ length: 8 }, (_, at) => [`a${at}`, 'x'.repeat(200_000)]),
    );
    const large = await send('POST', SUBSCRIPTIONS, { body: subscription('billing', {}, { annotations }) });
    expect([large.status, messageIn(large)]).toEqual([500, 'etcdserver: request is too large']);
    const elsewhere = await send('POST', SUBSCRIPTIONS.replace('team-a', 'team-z'), {
      body: subscription('billing'),
    });
    expect([elsewhere.status, messageIn(elsewhere)]).toEqual([404, 'namespaces "team-z" not found']);
  });
});

describe('server-side apply', () => {
  const type = 'application/apply-patch+yaml';
  const apply = (manager: string, spec: object, query = '') =>
    send('PATCH', `${ONE}?fieldManager=${manager}${query}`, { type, body: subscription('billing', spec) });

  it('creates, takes away what its owner leaves out, and leaves alone what others own', async () => {
    expect(
      (await apply('a', { containers: ['x', 'y'], reasons: ['Error'], hooks: ['postStop'] })).status,
    ).toBe(201);
    expect((await apply('b', { containers: ['z'] })).status).toBe(200);
    const { body } = await apply('a', { containers: ['x'], hooks: ['postStop'] });
    expect(body).toMatchObject({ spec: { containers: ['x', 'z'], hooks: ['postStop'] } });
    expect((body as Subscription).spec.reasons).toBeUndefined();
  });

  it('does not take a field from its owner, unless it is forced', async () => {
    await subscribe(test.cluster.url, 'billing', { suspend: true });
    const refused = await apply('b', { suspend: false });
    expect([refused.status, messageIn(refused)]).toEqual([
      409,
      'Apply failed with 1 conflict: conflict with "unknown" using offhook.dev/v1alpha1: .spec.suspend',
    ]);
    const two = await apply('b', { suspend: false, selection: 'Annotation' });
    expect(messageIn(two)).toBe(
      'Apply failed with 2 conflicts: conflicts with "unknown" using offhook.dev/v1alpha1:\n- .spec.selection\n- .spec.suspend',
    );
    expect((await apply('b', { suspend: false }, '&force=true')).status).toBe(200);
    expect(await read()).toMatchObject({ spec: { suspend: false }, metadata: { generation: 2 } });
  });

  it('needs a name for who applies, and refuses values of another form', async () => {
    expect((await send('PATCH', ONE, { type, body: subscription('billing') })).status).toBe(422);
    const answer = await apply('a', { suspend: 'yes' });
    expect([answer.status, messageIn(answer)]).toEqual([
      500,
      expect.stringContaining('.spec.suspend: expected boolean'),
    ]);
  });
});
