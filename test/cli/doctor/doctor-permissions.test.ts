import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { startOffhook } from '../../support/offhook-process.ts';
import { until } from '../../support/until.ts';
import { untilReady, writeWatchConfig } from '../../support/watch-config.ts';
import { startForwardingApi } from './support/forwarding-api.ts';
import { runDoctor, startCluster } from './support/run-doctor.ts';

const STANDBY = 'standby:\n  lease:\n    name: offhook\n    namespace: kube-system\n';
/** Subscriptions that are objects take more, which is asked for elsewhere. */
const OF_FILE = 'tenancy:\n  enabled: false\n';

it.each([
  ['list', 'pods', 'kubectl auth can-i list pods --all-namespaces'],
  ['watch', 'pods', 'kubectl auth can-i watch pods --all-namespaces'],
  ['get', 'namespaces', 'kubectl auth can-i get namespaces/kube-system'],
  ['get', 'leases', 'kubectl auth can-i get leases.coordination.k8s.io/offhook --namespace kube-system'],
  ['create', 'leases', 'kubectl auth can-i create leases.coordination.k8s.io --namespace kube-system'],
  [
    'update',
    'leases',
    'kubectl auth can-i update leases.coordination.k8s.io/offhook --namespace kube-system',
  ],
])('names the missing permission to %s %s, and how to ask for it', async (verb, resource, line) => {
  const forbid = [{ verb, resource }];
  const report = await runDoctor({ extra: STANDBY, cluster: { forbid } });
  expect(report.code).toBe(1);
  const check = report.check(`permissions.${verb}.${resource}`);
  expect(check).toMatchObject({ status: 'failed', message: 'not allowed' });
  expect(check.hints).toContain(line);
  const permissions = report.ids('failed').filter((id) => id.startsWith('permissions.'));
  expect(permissions).toEqual([check.id]);
});

it('takes missing Events for a warning, since the rest works without them', async () => {
  const forbid = [
    { verb: 'list', resource: 'events' },
    { verb: 'watch', resource: 'events' },
  ];
  const report = await runDoctor({ cluster: { forbid } });
  expect(report.code).toBe(0);
  expect(report.ids('warning')).toEqual(
    expect.arrayContaining(['cluster.events', 'permissions.list.events', 'permissions.watch.events']),
  );
});

it('asks for one namespace where the configuration names one, and for no Events that it does not want', async () => {
  const extra = 'watch:\n  namespaces: [shop]\n  kubeletEvents: false\n' + OF_FILE;
  const report = await runDoctor({ extra });
  const titles = report.checks.filter(({ group }) => group === 'Permissions').map(({ title }) => title);
  expect(titles).toEqual([
    'list pods in the namespace shop',
    'watch pods in the namespace shop',
    'get namespaces/kube-system',
  ]);
});

it('asks for each of several namespaces, and names the one that lacks a Role', async () => {
  const extra = 'watch:\n  namespaces: [shop, pay]\n' + OF_FILE;
  const kubeSystem = { verbs: ['get'], resources: ['namespaces'], names: ['kube-system'] };
  const ask = { verbs: ['create'], resources: ['selfsubjectaccessreviews'] };
  const reader = { verbs: ['list', 'watch'], resources: ['pods', 'events'], namespace: 'shop' };
  const report = await runDoctor({ extra, cluster: { grant: [kubeSystem, ask, reader] } });
  expect(report.code).toBe(1);
  const [failed, warned] = [report.ids('failed'), report.ids('warning')];
  expect(failed).toEqual(
    expect.arrayContaining([
      'permissions.list.pods.pay',
      'permissions.watch.pods.pay',
      'cluster.streamingLists',
    ]),
  );
  expect([...failed, ...warned].filter((id) => id.endsWith('.shop'))).toEqual([]);
  expect(report.check('permissions.list.pods.shop')).toMatchObject({
    status: 'ok',
    title: 'list pods in the namespace shop',
  });
  expect(report.check('permissions.watch.pods.pay').hints).toContain(
    'kubectl auth can-i watch pods --namespace pay',
  );
  expect(report.check('cluster.events').message).toMatch(/^in the namespace pay: /);
});

it('says of permissions that it may not ask for that it could not', async () => {
  const forbid = [{ verb: 'create', resource: 'selfsubjectaccessreviews' }];
  const report = await runDoctor({ cluster: { forbid } });
  expect(report.check('permissions.list.pods')).toMatchObject({
    status: 'warning',
    message: expect.stringMatching(/could not be asked: the API server answered 403/),
  });
});

it('asks for all that a watcher uses, and for nothing else', { timeout: 180_000 }, async () => {
  const cluster = await startCluster();
  const api = await startForwardingApi(cluster.url, () => ({ headers: {} }));
  const { file, env } = writeWatchConfig(temporaryDirectory(), {
    receivers: { bridge: 'http://127.0.0.1:9/' },
    extra: STANDBY + OF_FILE,
  });
  const watcher = startOffhook(['watch', '--config', file, '--server', api.url], { env });
  await untilReady(watcher);
  await until('a renewed Lease', () => api.asked.some((line) => line.startsWith('PUT ')));
  const used = new Set(api.asked.map(permissionOf));
  const report = await runDoctor({ extra: STANDBY + OF_FILE });
  const asked = report.checks.filter(({ id }) => id.startsWith('permissions.')).map(({ id }) => id);
  // Whoever streams its lists never asks for a plain one, until the comparison after ten minutes.
  expect(new Set([...used, 'permissions.list.pods', 'permissions.list.events'])).toEqual(new Set(asked));
});

/** `GET /api/v1/pods?watch=1` is `permissions.watch.pods`. */
function permissionOf(line: string): string {
  const [method = '', url = ''] = line.split(' ');
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const segments = pathname.split('/').slice(pathname.startsWith('/apis/') ? 4 : 3);
  const [resource, name] = segments[0] === 'namespaces' && segments.length > 2 ? segments.slice(2) : segments;
  const reading = searchParams.has('watch') ? 'watch' : name === undefined ? 'list' : 'get';
  const verb = { POST: 'create', PUT: 'update' }[method] ?? reading;
  return `permissions.${verb}.${resource}`;
}

it('warns of each permission that subscriptions as objects lack, also of a part of an object', async () => {
  const extra = 'tenancy:\n  secretNamespaces: [shop]\n';
  const forbid = [
    { verb: 'patch', resource: 'hooksubscriptions/status' },
    { verb: 'get', resource: 'secrets' },
  ];
  const report = await runDoctor({ extra, cluster: { forbid } });
  expect(report.code).toBe(0);
  const warned = report.ids('warning').filter((id) => id.startsWith('permissions.'));
  expect(warned).toEqual(['permissions.patch.hooksubscriptions.status', 'permissions.get.secrets']);
  expect(report.check('permissions.patch.hooksubscriptions.status').hints).toContain(
    'kubectl auth can-i patch hooksubscriptions.offhook.dev --subresource status --all-namespaces',
  );
});
