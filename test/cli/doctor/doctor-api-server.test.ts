import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { customResourceDefinition } from '../../../cli/schema/definition/custom-resource-definition.ts';
import type { SubscriptionKind } from '../../../watcher/subscriptions/spec/subscription-kind.ts';
import { request } from '../../infra/local/http.ts';
import { runHere } from '../../support/run-here.ts';
import { startForwardingApi } from './support/forwarding-api.ts';
import { runDoctor, startCluster } from './support/run-doctor.ts';

const API = [
  'cluster.clock',
  'cluster.identity',
  'cluster.streamingLists',
  'cluster.events',
  'cluster.lease',
  'cluster.subscriptionKinds',
];

it('says that the API server is not reached, and skips what needs it', async () => {
  const report = await runDoctor({ server: 'http://127.0.0.1:9' });
  expect(report.code).toBe(1);
  expect(report.check('cluster.version')).toMatchObject({
    status: 'failed',
    message: expect.stringContaining('refused the connection (ECONNREFUSED)'),
  });
  expect(report.ids('failed')).toEqual(['cluster.version']);
  expect(report.ids('skipped')).toEqual(
    expect.arrayContaining([...API, 'permissions.list.pods', 'journal.cluster']),
  );
  expect(report.check('journal.directory').status).toBe('ok');
});

it.each([
  [-600_000, 'failed', /this machine is (10 m|9 m 59 s)( \d+ s)? ahead of the API server/],
  [600_000, 'failed', /this machine is (10 m|9 m 59 s)( \d+ s)? behind the API server/],
  [60_000, 'warning', /this machine is (1 m|59 s)( \d+ s)? behind the API server/],
] as const)('sees a clock that is %d ms off', async (offMs, status, message) => {
  const cluster = await startCluster();
  const skewed = () => ({ headers: { date: new Date(Date.now() + offMs).toUTCString() } });
  const api = await startForwardingApi(cluster.url, skewed);
  const report = await runDoctor({ server: api.url });
  expect(report.check('cluster.clock')).toMatchObject({ status, message: expect.stringMatching(message) });
  expect(report.code).toBe(status === 'failed' ? 1 : 0);
});

it('names credentials that are not taken', async () => {
  const report = await runDoctor({ cluster: { token: 'another' } });
  const { status, message, hints } = report.check('cluster.version');
  expect({ status, message }).toEqual({ status: 'failed', message: expect.stringContaining('401') });
  expect(hints).toEqual([expect.stringContaining('credentials')]);
});

it('ends by its deadlines where the API server says nothing', async () => {
  const cluster = await startCluster();
  const api = await startForwardingApi(cluster.url, (path) =>
    path === '/version' ? { headers: {} } : 'hang',
  );
  const report = await runDoctor({
    server: api.url,
    args: ['--timeout', '2s'],
    extra: 'tenancy:\n  enabled: false\n',
  });
  // All of them hang at the same time, so that all together take no longer than one.
  expect(api.mostHanging()).toBe(9);
  expect(report.code).toBe(1);
  expect(report.ids('failed')).toEqual([
    ...['cluster.identity', 'cluster.streamingLists', 'cluster.events', 'cluster.subscriptionKinds'],
    ...['list.pods', 'watch.pods', 'list.events', 'watch.events', 'get.namespaces'].map(
      (name) => `permissions.${name}`,
    ),
  ]);
  expect(report.check('cluster.identity').message).toBe('took longer than 2 s');
});

it('is stopped by a signal', async () => {
  const cluster = await startCluster();
  const api = await startForwardingApi(cluster.url, () => 'hang');
  const stop = new AbortController();
  const ended = runHere(['doctor', '--server', api.url, '--config', 'nowhere.yaml'], { stop: stop.signal });
  await sleep(200);
  stop.abort();
  expect(await ended).toEqual({ code: 1, stdout: '', stderr: 'offhook doctor: stopped before the end\n' });
});

it('says whether the kinds of subscriptions are installed, and which of them is not', async () => {
  const cluster = await startCluster();
  const kinds = async () => (await runDoctor({ server: cluster.url })).check('cluster.subscriptionKinds');
  expect(await kinds()).toMatchObject({ status: 'ok', message: expect.stringContaining('not installed') });
  const install = async (kind: SubscriptionKind) => {
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    const { status } = await request(cluster.url, 'POST', path, { body: customResourceDefinition(kind) });
    expect(status).toBe(201);
  };
  await install('HookSubscription');
  expect(await kinds()).toMatchObject({
    status: 'warning',
    message: 'the cluster does not know clusterhooksubscriptions, clusterhooksubscriptions/status',
  });
  await install('ClusterHookSubscription');
  expect(await kinds()).toMatchObject({ status: 'ok', message: 'offhook.dev/v1alpha1 is served' });
});
