import { describe, expect, it } from 'vitest';
import type { Pod } from '../../../infra/local/objects/pod.ts';
import { eachTestHasACluster, manifest, PODS, statusOf } from './harness.ts';
import { request, watchEvents } from './http.ts';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

const test = eachTestHasACluster({ jitter: () => 0 });

const create = (name: string, options = {}) =>
  request(test.cluster.url, 'POST', PODS, { body: manifest(name, options) });

async function names(query: string): Promise<string[]> {
  const { body } = await request(test.cluster.url, 'GET', `/api/v1/pods?${query}`);
  return (body as { items: Pod[] }).items.map(({ metadata }) => metadata.name);
}

describe('what kubectl asks', () => {
  it('discovers the server', async () => {
    const version = await request(test.cluster.url, 'GET', '/version?timeout=32s');
    const list = await request(test.cluster.url, 'GET', '/api/v1?timeout=32s');
    const groups = await request(test.cluster.url, 'GET', '/apis?timeout=32s');
    expect(version.body).toMatchObject({ major: '1', gitVersion: 'v1.36.0' });
    expect((list.body as { resources: { name: string }[] }).resources.map(({ name }) => name)).toContain(
      'pods/eviction',
    );
    expect(groups.body).toMatchObject({
      kind: 'APIGroupList',
      groups: [
        { name: 'coordination.k8s.io' },
        { name: 'authorization.k8s.io' },
        { name: 'discovery.k8s.io' },
        { name: 'events.k8s.io' },
        { name: 'apiextensions.k8s.io' },
      ],
    });
    const documents = await request(test.cluster.url, 'GET', '/openapi/v3?timeout=32s');
    expect(Object.keys((documents.body as { paths: object }).paths)).toContain('apis/coordination.k8s.io/v1');
    expect(await statusOf(test.cluster.url, 'GET', '/openapi/v2?timeout=32s')).toEqual([404, 'NotFound']);
  });

  it('applies: not there, created, then patched with an annotation and a label', async () => {
    expect(await statusOf(test.cluster.url, 'GET', `${PODS}/web`)).toEqual([404, 'NotFound']);
    const created = await create('web');
    const patched = await request(
      test.cluster.url,
      'PATCH',
      `${PODS}/web?fieldManager=kubectl-client-side-apply`,
      {
        type: 'application/strategic-merge-patch+json',
        body: { metadata: { labels: { tier: 'front' }, annotations: { note: 'x' } } },
      },
    );
    expect(created.status).toBe(201);
    expect(patched.body).toMatchObject({
      metadata: { labels: { tier: 'front' }, annotations: { note: 'x' }, generation: 1 },
      spec: { containers: [{ name: 'app', image: 'busybox' }], terminationGracePeriodSeconds: 30 },
    });
  });

  it('applies on the server side: creates, then merges', async () => {
    const type = 'application/apply-patch+yaml';
    const yaml =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: ssa}\nspec: {containers: [{name: app, image: busybox}]}\n';
    const first = await request(test.cluster.url, 'PATCH', `${PODS}/ssa?fieldManager=kubectl`, {
      type,
      body: yaml,
    });
    const second = await request(test.cluster.url, 'PATCH', `${PODS}/ssa?fieldManager=kubectl`, {
      type,
      body: yaml.replace('{name: ssa}', '{name: ssa, labels: {a: b}}'),
    });
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body).toMatchObject({ metadata: { labels: { a: 'b' } } });
  });

  it('prints Pods as a table, in a list and in a watch', async () => {
    await create('web');
    await test.clock.advanceTo(3000);
    const list = await request(test.cluster.url, 'GET', PODS, { headers: { accept: TABLE } });
    const { columnDefinitions, rows } = list.body as {
      columnDefinitions: { name: string }[];
      rows: { cells: unknown[] }[];
    };
    expect(columnDefinitions.map(({ name }) => name).slice(0, 5)).toEqual([
      'Name',
      'Ready',
      'Status',
      'Restarts',
      'Age',
    ]);
    expect(rows[0]?.cells.slice(0, 5)).toEqual(['web', '1/1', 'Running', '0', '3s']);
    const headers = { accept: TABLE };
    for await (const event of watchEvents(test.cluster.url, `${PODS}?watch=true`, { headers })) {
      const { kind, rows } = event.object as unknown as { kind: string; rows: { cells: unknown[] }[] };
      expect([event.type, kind, rows[0]?.cells.slice(0, 4)]).toEqual([
        'ADDED',
        'Table',
        ['web', '1/1', 'Running', '0'],
      ]);
      break;
    }
  });

  it('tells STATUS Terminating, Error and CrashLoopBackOff', async () => {
    const containers = [{ name: 'app', image: 'busybox', command: ['sh', '-c', 'exit 1'] }];
    await create('leaving');
    await create('looping', { spec: { containers } });
    await test.clock.advanceTo(4000);
    await request(test.cluster.url, 'DELETE', `${PODS}/leaving`);
    const shown = async () => {
      const { body } = await request(test.cluster.url, 'GET', PODS, { headers: { accept: TABLE } });
      return (body as { rows: { cells: unknown[] }[] }).rows.map(({ cells }) => cells.slice(0, 4));
    };
    expect(await shown()).toEqual([
      ['leaving', '1/1', 'Terminating', '0'],
      ['looping', '0/1', 'Error', '1'],
    ]);
    test.cluster.kubelet.resync('default', 'looping');
    await test.clock.advanceTo(4100);
    expect((await shown())[1]).toEqual(['looping', '0/1', 'CrashLoopBackOff', '1']);
  });

  it('reads logs', async () => {
    const containers = [{ name: 'app', image: 'busybox', command: ['sh', '-c', 'echo hello; sleep 60'] }];
    await create('talker', { spec: { containers } });
    const log = `${PODS}/talker/log?container=app`;
    expect(await statusOf(test.cluster.url, 'GET', log)).toEqual([400, 'BadRequest']);
    await test.clock.advanceTo(2000);
    expect((await request(test.cluster.url, 'GET', log)).body).toBe('hello\n');
  });

  it('selects by labels and fields', async () => {
    await create('a', { labels: { app: 'web', tier: 'front' } });
    await create('b', { labels: { app: 'db' } });
    const select = (selector: string) => names(`labelSelector=${encodeURIComponent(selector)}`);
    expect(await select('app=web')).toEqual(['a']);
    expect(await select('app!=web')).toEqual(['b']);
    expect(await select('app in (web, db),!tier')).toEqual(['b']);
    expect(await select('tier')).toEqual(['a']);
    expect(await select('app notin (web)')).toEqual(['b']);
    expect(await names('fieldSelector=metadata.name=b,status.phase!=Running')).toEqual(['b']);
    expect(await statusOf(test.cluster.url, 'GET', '/api/v1/pods?fieldSelector=spec.colour=red')).toEqual([
      400,
      'BadRequest',
    ]);
  });
});
