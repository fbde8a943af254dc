import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { clusterHookSubscription } from '../tenancy/hook-objects.ts';
import { bare, podIn, podsOf, TO_SERVICE, tenantWorld } from './tenant-world.ts';

const OF_CLUSTER = { ...TO_SERVICE, secretNamespace: 'default' };
const MONEY = { matchLabels: { team: 'money' } };

const namespace = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { team: 'money' } },
});

/** The API server does not answer for a collection: whatever watches it is behind. */
const unread = (resource: string) =>
  (['list', 'watch'] as const).map((verb) => ({ verb, resource, answer: 503 }) as const);

test('a ClusterHookSubscription for all namespaces gets the events of one that it does not know', async () => {
  const { kubectl, local, receiver, start } = await tenantWorld();
  local.api.setFaults(unread('namespaces'));
  const watcher = await start();
  await kubectl.create(bare(clusterHookSubscription({ spec: { ...OF_CLUSTER, namespaceSelector: {} } })));
  await until('it is accepted', () => watcher.objects.all()[0]?.ready.reason === 'Accepted');
  await kubectl.create(namespace('just-made'));
  local.applyManifest(podIn('just-made', 'first'));
  await receiver.received(1);
  expect(podsOf(receiver)).toEqual(['first']);
});

test('a ClusterHookSubscription gets the last events of a namespace whose end was told sooner', async () => {
  const { kubectl, local, receiver, start } = await tenantWorld();
  const ended: string[] = [];
  local.api.onChange('namespaces', ({ type, object }) => {
    if (type === 'DELETED') ended.push(String(object.metadata.name));
  });
  const watcher = await start();
  const spec = { ...OF_CLUSTER, hooks: ['postStart', 'postStop'], namespaceSelector: MONEY };
  await kubectl.create(namespace('bank'));
  await kubectl.create(bare(clusterHookSubscription({ spec })));
  const selected = () => watcher.subscriptions.all()[0]?.filter.namespaces ?? [];
  await until('its namespace is selected', () => selected().includes('bank'));
  local.applyManifest(podIn('bank', 'teller'));
  await receiver.received(1);
  local.api.setFaults(unread('pods'));
  local.api.dropWatches();
  await kubectl.remove('Namespace', 'bank');
  await until('the namespace has ended, after its Pod', () => ended.includes('bank'));
  await kubectl.create(namespace('vault'));
  await until('that was seen', () => selected().includes('vault'));
  local.api.setFaults([]);
  await receiver.received(2);
  expect(podsOf(receiver)).toEqual(['teller', 'teller']);
});
