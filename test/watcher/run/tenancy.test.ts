import { expect, test } from 'vitest';
import { createVerifier } from '../../../protocol/signature/verify.ts';
import { until } from '../../support/until.ts';
import { clusterHookSubscription, hookSubscription } from '../tenancy/hook-objects.ts';
import { bare, podsOf, TO_SERVICE, tenantWorld } from './tenant-world.ts';

test('an object that is there before the watcher gets its first event, signed with the key of its namespace', async () => {
  const { kubectl, receiver, runPods, start } = await tenantWorld();
  await kubectl.create(bare(hookSubscription({ namespace: 'default', spec: TO_SERVICE })));
  const watcher = await start();
  runPods('web');
  await receiver.received(1);
  const [request] = receiver.requests;
  expect(podsOf(receiver)).toEqual(['web']);
  expect(request?.headers.host).toBe('receiver.default.svc');
  const [standing] = watcher.objects.all();
  expect(standing?.ready.reason).toBe('Accepted');
  const verifier = await createVerifier({ keys: standing?.publicKeys ?? [] });
  const headers = new Headers(request?.headers as Record<string, string>);
  const verified = await verifier.verify(headers, request?.body ?? new Uint8Array(), Date.now());
  expect(verified).toMatchObject({ kind: 'verified', version: 'v1a' });
});

test('objects come, are suspended, go on and go while the watcher runs', async () => {
  const { kubectl, receiver, runPods, start } = await tenantWorld();
  const watcher = await start();
  const reasonOf = () => watcher.objects.all()[0]?.ready.reason;
  await kubectl.create(bare(hookSubscription({ namespace: 'default', spec: TO_SERVICE })));
  await until('it is accepted', () => reasonOf() === 'Accepted');
  runPods('first');
  await receiver.received(1);
  await kubectl.patch('HookSubscription', 'billing', { spec: { suspend: true } });
  await until('it is suspended', () => watcher.subscriptions.all()[0]?.held === 'suspended');
  runPods('second');
  await until('it is journalled', () => watcher.stored().includes('second'));
  expect(podsOf(receiver)).toEqual(['first']);
  await kubectl.patch('HookSubscription', 'billing', { spec: { suspend: false } });
  await receiver.received(2);
  expect(podsOf(receiver)).toEqual(['first', 'second']);
  await kubectl.remove('HookSubscription', 'billing');
  await until('it is gone', () => watcher.subscriptions.all().length === 0);
});

test('a ClusterHookSubscription gets the events of the namespaces that it selects, as their labels are now', async () => {
  const { kubectl, local, receiver, start } = await tenantWorld();
  const watcher = await start();
  for (const [name, team] of [
    ['shop', 'web'],
    ['bank', 'money'],
  ])
    await kubectl.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { team } } });
  const spec = {
    ...TO_SERVICE,
    secretNamespace: 'default',
    namespaceSelector: { matchLabels: { team: 'money' } },
  };
  await kubectl.create(bare(clusterHookSubscription({ spec })));
  await until('it is accepted', () => watcher.objects.all()[0]?.ready.reason === 'Accepted');
  const filter = () => watcher.subscriptions.all()[0]?.filter.namespaces;
  await until('the namespaces are known', () => filter()?.join() === 'bank');
  const run = (namespace: string, name: string) =>
    local.applyManifest({
      kind: 'Pod',
      metadata: { name, namespace },
      spec: { containers: [{ name: 'app', image: 'web:1' }] },
    });
  run('shop', 'unwanted');
  run('bank', 'wanted');
  await receiver.received(1);
  await kubectl.patch('Namespace', 'shop', { metadata: { labels: { team: 'money' } } });
  await until('the other is selected, too', () => filter()?.join() === 'bank,shop');
  run('shop', 'wanted-now');
  await receiver.received(2);
  expect(podsOf(receiver)).toEqual(['wanted', 'wanted-now']);
});
