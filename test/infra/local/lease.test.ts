import { describe, expect, it } from 'vitest';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { eachTestHasACluster, manifest, statusOf } from './harness.ts';
import { readEvents, request } from './http.ts';

const LEASES = '/apis/coordination.k8s.io/v1/namespaces/default/leases';

const test = eachTestHasACluster();

type Lease = { metadata: Record<string, unknown>; spec: Record<string, unknown> };

const lease = (spec: object, resourceVersion?: unknown) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'offhook', ...(resourceVersion === undefined ? {} : { resourceVersion }) },
  spec,
});

async function create(): Promise<Lease> {
  const { body } = await request(test.cluster.url, 'POST', LEASES, { body: lease({ holderIdentity: 'a' }) });
  return body as Lease;
}

describe('Leases', () => {
  it('are created once, read, and listed', async () => {
    const { url } = test.cluster;
    expect(await statusOf(url, 'GET', `${LEASES}/offhook`)).toEqual([404, 'NotFound']);
    const created = await create();
    expect(created).toMatchObject({ kind: 'Lease', apiVersion: 'coordination.k8s.io/v1' });
    expect(await statusOf(url, 'POST', LEASES, { body: lease({}) })).toEqual([409, 'AlreadyExists']);
    expect((await request(url, 'GET', `${LEASES}/offhook`)).body).toEqual(created);
    const { body } = await request(url, 'GET', LEASES);
    expect(body).toMatchObject({ kind: 'LeaseList', items: [{ spec: { holderIdentity: 'a' } }] });
  });

  it('are replaced by one writer only: the other one is told to read again', async () => {
    const { url } = test.cluster;
    const { metadata } = await create();
    const put = (holder: string, version: unknown) =>
      request(url, 'PUT', `${LEASES}/offhook`, { body: lease({ holderIdentity: holder }, version) });
    const first = await put('b', metadata.resourceVersion);
    expect(first.status).toBe(200);
    const second = await put('c', metadata.resourceVersion);
    expect(second.status).toBe(409);
    expect(second.body).toMatchObject({
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on leases.coordination.k8s.io "offhook": the object has been modified; ' +
        'please apply your changes to the latest version and try again',
    });
    expect((await put('d', undefined)).status).toBe(200);
    const { body } = await request(url, 'GET', `${LEASES}/offhook`);
    expect(body).toMatchObject({ metadata: { uid: metadata.uid }, spec: { holderIdentity: 'd' } });
  });

  it('are patched, with the same rule for a patch that names a version', async () => {
    const { url } = test.cluster;
    const { metadata } = await create();
    const type = 'application/merge-patch+json';
    const patch = (body: object) => request(url, 'PATCH', `${LEASES}/offhook`, { type, body });
    const annotated = await patch({ metadata: { annotations: { note: 'x' } } });
    expect(annotated.body).toMatchObject({
      metadata: { annotations: { note: 'x' } },
      spec: { holderIdentity: 'a' },
    });
    const { resourceVersion } = metadata;
    expect((await patch({ metadata: { resourceVersion }, spec: { holderIdentity: 'b' } })).status).toBe(409);
  });

  it('are watched and deleted', async () => {
    const { url } = test.cluster;
    const { metadata } = await create();
    const path = `${LEASES}?watch=1&resourceVersion=${metadata.resourceVersion}`;
    const events = readEvents(url, path, ({ type }) => type === 'DELETED');
    await request(url, 'PUT', `${LEASES}/offhook`, { body: lease({ holderIdentity: 'b' }) });
    await request(url, 'DELETE', `${LEASES}/offhook`);
    expect((await events).map(({ type }) => type)).toEqual(['MODIFIED', 'DELETED']);
  });

  it('can be forbidden, and are found by discovery', async () => {
    const { cluster } = test;
    const list = await request(cluster.url, 'GET', '/apis/coordination.k8s.io/v1');
    expect(list.body).toMatchObject({
      groupVersion: 'coordination.k8s.io/v1',
      resources: [{ name: 'leases', kind: 'Lease' }],
    });
    expect((await request(cluster.url, 'GET', '/apis/coordination.k8s.io')).body).toMatchObject({
      kind: 'APIGroup',
      preferredVersion: { groupVersion: 'coordination.k8s.io/v1' },
    });
    const core = await request(cluster.url, 'GET', '/api/v1');
    expect(JSON.stringify(core.body)).not.toContain('leases');
    cluster.api.setAccess({ forbid: [{ verb: 'update', resource: 'leases' }] });
    const refused = await request(cluster.url, 'PUT', `${LEASES}/offhook`, { body: lease({}) });
    expect(refused.body).toMatchObject({
      code: 403,
      message: expect.stringMatching(
        /^leases\.coordination\.k8s\.io "offhook" is forbidden: .* in API group "coordination\.k8s\.io" in the namespace "default"$/,
      ),
    });
  });
});

describe('a cluster of several nodes', () => {
  it('runs a Pod where its nodeSelector allows, and tells Events by the node', async () => {
    const clock = createFakeClock();
    const cluster = await createLocalCluster({ clock, nodes: ['node1', 'node2'] });
    try {
      const spec = (host: string) => ({ spec: { nodeSelector: { 'kubernetes.io/hostname': host } } });
      cluster.applyManifest(manifest('anywhere'));
      cluster.applyManifest(manifest('second', spec('node2')));
      cluster.applyManifest(manifest('nowhere', spec('node3')));
      await clock.advanceTo(5_000);
      const shown = ['anywhere', 'second', 'nowhere'].map((name) => {
        const pod = cluster.getPod('default', name);
        return [pod.spec.nodeName, pod.status.phase];
      });
      expect(shown).toEqual([
        ['node1', 'Running'],
        ['node2', 'Running'],
        [undefined, 'Pending'],
      ]);
      const selected = await request(cluster.url, 'GET', '/api/v1/pods?fieldSelector=spec.nodeName%3Dnode2');
      expect(selected.body).toMatchObject({ items: [{ metadata: { name: 'second' } }] });
      const events = await request(cluster.url, 'GET', '/api/v1/events?fieldSelector=reason%3DStarted');
      const { items } = events.body as { items: { source: unknown; involvedObject: { name: string } }[] };
      expect(items.map(({ source, involvedObject }) => [involvedObject.name, source]).sort()).toEqual([
        ['anywhere', { component: 'kubelet', host: 'node1' }],
        ['second', { component: 'kubelet', host: 'node2' }],
      ]);
    } finally {
      await cluster.close();
    }
  });
});
