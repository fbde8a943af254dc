import { beforeEach, describe, expect, it } from 'vitest';
import { recordedExchange } from '../../../support/recorded-exchange.ts';
import { eachTestHasACluster, manifest } from '../harness.ts';
import { request } from '../http.ts';
import { defineSubscriptions, messageIn, SUBSCRIPTIONS, subscribe } from './hook-subscriptions.ts';
import { comparable, expectAsRecorded, replay } from './replay-exchange.ts';

const test = eachTestHasACluster();
beforeEach(() => test.cluster.createNamespace('team-a'));

const send = (...args: Parameters<typeof request> extends [string, ...infer Rest] ? Rest : never) =>
  request(test.cluster.url, ...args);

type Recorded = { metadata: Record<string, unknown>; [field: string]: unknown };
const recordedBody = (name: string) => JSON.parse(recordedExchange(name).answer.body) as Recorded;

describe('Secrets', () => {
  const SECRETS = '/api/v1/namespaces/team-a/secrets';
  const secret = (more: object) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'hook' },
    ...more,
  });

  it('are missed as recorded', () => expectAsRecorded(test.cluster.url, 'secret-not-found'));

  it('are forbidden as recorded, by name', async () => {
    test.cluster.api.setAccess({
      forbid: [{ verb: 'get', resource: 'secrets', namespace: 'team-a', name: 'hook' }],
    });
    await expectAsRecorded(test.cluster.url, 'secret-forbidden');
    expect((await send('GET', `${SECRETS}/other`)).status).toBe(404);
  });

  it('keep texts in base64, and take them as they are', async () => {
    const body = secret({ data: { a: 'eA==' }, stringData: { b: 'secret' } });
    expect((await send('POST', SECRETS, { body })).status).toBe(201);
    const read = (await send('GET', `${SECRETS}/hook`)).body as Recorded;
    expect(read).toMatchObject({ type: 'Opaque', data: { a: 'eA==', b: 'c2VjcmV0' } });
    expect(read.stringData).toBeUndefined();
    const type = 'application/merge-patch+json';
    const patched = await send('PATCH', `${SECRETS}/hook`, { type, body: { stringData: { b: 'new' } } });
    expect(patched.body).toMatchObject({ data: { a: 'eA==', b: 'bmV3' } });
  });

  it('are refused with values that are not base64, other keys, and another type later', async () => {
    expect((await send('POST', SECRETS, { body: secret({ data: { a: '*' } }) })).status).toBe(400);
    expect((await send('POST', SECRETS, { body: secret({ stringData: { 'a/b': 'x' } }) })).status).toBe(422);
    await send('POST', SECRETS, { body: secret({}) });
    const type = 'application/merge-patch+json';
    const changed = await send('PATCH', `${SECRETS}/hook`, { type, body: { type: 'other' } });
    expect([changed.status, messageIn(changed)]).toEqual([
      422,
      expect.stringContaining('field is immutable'),
    ]);
  });
});

describe('Services and their endpoints', () => {
  it('are made as recorded when they lead elsewhere', () =>
    expectAsRecorded(test.cluster.url, 'service-externalname'));

  it('are filled in as recorded', async () => {
    test.cluster.createNamespace('offhook');
    const expected = recordedBody('service');
    const { annotations } = expected.metadata as { annotations: Record<string, string> };
    const applied = JSON.parse(Object.values(annotations)[0] ?? '') as Recorded;
    const path = '/api/v1/namespaces/offhook/services';
    const body = { ...applied, metadata: { ...applied.metadata, annotations } };
    await send('POST', `${path}?fieldManager=kubectl-client-side-apply`, { body });
    const { body: read } = await send('GET', `${path}/receiver`);
    const withoutAddress = (value: unknown) =>
      JSON.parse(JSON.stringify(comparable(value)).replace(/10\.96\.\d+\.\d+/g, 'ADDRESS')) as unknown;
    expect(withoutAddress(read)).toEqual(withoutAddress(expected));
  });

  it('are listed as recorded', async () => {
    test.cluster.createNamespace('offhook');
    const { items } = recordedBody('endpointslices') as unknown as { items: Recorded[] };
    const [slice] = items as [Recorded];
    const { managedFields: _, uid: _uid, resourceVersion: _version, ...metadata } = slice.metadata;
    const path = '/apis/discovery.k8s.io/v1/namespaces/offhook/endpointslices';
    await send('POST', `${path}?fieldManager=kube-controller-manager`, { body: { ...slice, metadata } });
    const { body } = await replay(test.cluster.url, 'endpointslices');
    const once = (value: unknown) =>
      JSON.parse(JSON.stringify(comparable(value)).replace('"generation":3', '"generation":1')) as unknown;
    expect(once(body)).toEqual(once(recordedBody('endpointslices')));
  });

  it('are refused without ports, and without addresses', async () => {
    const service = { metadata: { name: 'a' }, spec: { selector: { app: 'a' } } };
    const refused = await send('POST', '/api/v1/namespaces/team-a/services', { body: service });
    expect(messageIn(refused)).toBe('Service "a" is invalid: spec.ports: Required value');
    const slice = { metadata: { name: 'a' }, addressType: 'IPv4', endpoints: [{}] };
    const path = '/apis/discovery.k8s.io/v1/namespaces/team-a/endpointslices';
    expect((await send('POST', path, { body: slice })).status).toBe(422);
  });
});

describe('Events', () => {
  it('are reported as recorded', () => expectAsRecorded(test.cluster.url, 'event-create'));

  it('are read as core Events, whichever way they were written', async () => {
    const { body = '' } = recordedExchange('event-create');
    const path = '/apis/events.k8s.io/v1/namespaces/team-a/events';
    expect((await send('POST', path, { body })).status).toBe(201);
    expect((await send('POST', path, { body })).status).toBe(409);
    const { body: core } = await send('GET', '/api/v1/namespaces/team-a/events/billing.1');
    expect(core).toMatchObject({
      kind: 'Event',
      apiVersion: 'v1',
      involvedObject: { kind: 'HookSubscription', name: 'billing' },
      message: 'x',
      reason: 'DeliveryFailing',
      reportingComponent: 'offhook.dev/watcher',
    });
    const faulty = await send('POST', path, { body: { metadata: { name: 'b' }, type: 'Warning' } });
    expect(messageIn(faulty)).toContain('eventTime: Required value');
  });
});

describe('SelfSubjectAccessReviews', () => {
  it.each(['self-access-allowed', 'self-access-denied'])('are answered as %s was', async (name) => {
    test.cluster.api.setAccess({ forbid: [{ verb: 'get', resource: 'secrets', namespace: 'team-a' }] });
    await expectAsRecorded(test.cluster.url, name);
  });

  it('tell a part of an object from the object, and a group from another', async () => {
    test.cluster.api.setAccess({
      grant: [
        {
          verbs: ['patch'],
          resources: ['hooksubscriptions/status'],
          groups: ['offhook.dev'],
          namespace: 'team-a',
        },
        { verbs: ['create'], resources: ['selfsubjectaccessreviews'] },
      ],
    });
    const may = async (resourceAttributes: object) => {
      const { body } = await send('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
        body: { spec: { resourceAttributes } },
      });
      return (body as { status: { allowed: boolean } }).status.allowed;
    };
    const asked = { verb: 'patch', group: 'offhook.dev', resource: 'hooksubscriptions', namespace: 'team-a' };
    expect(await may({ ...asked, subresource: 'status' })).toBe(true);
    expect(await may(asked)).toBe(false);
    expect(await may({ ...asked, subresource: 'status', group: 'other.dev' })).toBe(false);
    expect(await may({ ...asked, subresource: 'status', namespace: 'team-b' })).toBe(false);
  });
});

describe('Namespaces', () => {
  it('are listed as recorded', async () => {
    const { body } = await replay(test.cluster.url, 'namespaces-list');
    const [first] = (body as { items: Recorded[] }).items;
    const [expected] = (recordedBody('namespaces-list') as unknown as { items: [Recorded] }).items;
    const { managedFields: _, ...metadata } = expected.metadata;
    expect(comparable(first)).toEqual(comparable({ ...expected, metadata }));
  });

  it('have their name as a label, get others, and go with all that is in them', async () => {
    const created = await send('POST', '/api/v1/namespaces', {
      body: { metadata: { name: 'team-b', labels: { a: 'b' } } },
    });
    expect(created.body).toMatchObject({
      metadata: { labels: { a: 'b', 'kubernetes.io/metadata.name': 'team-b' } },
      status: { phase: 'Active' },
    });
    await defineSubscriptions(test.cluster.url);
    await subscribe(test.cluster.url, 'billing');
    await send('POST', '/api/v1/namespaces/team-a/pods', {
      body: manifest('web', { spec: { terminationGracePeriodSeconds: 5 } }),
    });
    await test.clock.advanceTo(3000);
    const ended = await send('DELETE', '/api/v1/namespaces/team-a');
    expect(ended.body).toMatchObject({ status: { phase: 'Terminating' } });
    const refused = await send('POST', SUBSCRIPTIONS, {
      body: { metadata: { name: 'late' }, spec: { target: { url: 'https://a.example.com/' } } },
    });
    expect([refused.status, messageIn(refused)]).toEqual([
      403,
      expect.stringContaining('because it is being terminated'),
    ]);
    await test.clock.advanceTo(4000);
    expect((await send('GET', `${SUBSCRIPTIONS}/billing`)).status).toBe(404);
    expect((await send('GET', '/api/v1/namespaces/team-a')).status).toBe(200);
    await test.clock.advanceTo(20_000);
    expect((await send('GET', '/api/v1/namespaces/team-a/pods/web')).status).toBe(404);
    expect((await send('GET', '/api/v1/namespaces/team-a')).status).toBe(404);
    expect((await send('DELETE', '/api/v1/namespaces/default')).status).toBe(403);
  });
});
