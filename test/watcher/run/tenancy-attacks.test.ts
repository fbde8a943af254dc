import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { hang, startReceiver } from '../../support/receiver.ts';
import { until } from '../../support/until.ts';
import { hookSubscription } from '../tenancy/hook-objects.ts';
import { bare, podIn, podsOf, TO_SERVICE, tenantWorld } from './tenant-world.ts';
import { receiverInCluster, TENANCY } from './tenants.ts';

type World = Awaited<ReturnType<typeof tenantWorld>>;

const namespace = ({ kubectl }: Pick<World, 'kubectl'>, name: string) =>
  kubectl.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

const objectOf = (name: string, spec: Record<string, unknown> = TO_SERVICE, of = 'default') =>
  bare(hookSubscription({ name, namespace: of, spec }));

const toService = (name: string) => ({ ...TO_SERVICE, target: { service: { name, port: 80 } } });

test('an EndpointSlice leads to no address but that of a ready Pod of the namespace', async () => {
  const world = await tenantWorld();
  const { kubectl, local, receiver, runPods, start } = world;
  const victim = await startReceiver();
  await namespace(world, 'bank');
  await world.expose(victim, { namespace: 'bank', name: 'vault' });
  const { hostname, port } = new URL(victim.url);
  const host = podIn('default', 'on-the-host');
  local.applyManifest({
    ...host,
    metadata: {
      ...host.metadata,
      annotations: { 'embedded.offhook.dev/pod-ip': hostname },
      labels: { app: 'receiver' },
    },
    spec: { ...host.spec, hostNetwork: true },
  });
  local.applyManifest(podIn('default', 'elsewhere', { app: 'receiver' }));
  const pod = (name: string, of = 'default') => ({ kind: 'Pod', name, namespace: of });
  const ready = { ready: true };
  const endpoints: Record<string, object> = {
    podless: { addresses: [hostname], conditions: ready },
    foreign: { addresses: [hostname], conditions: ready, targetRef: pod('vault', 'bank') },
    claimed: { addresses: [hostname], conditions: ready, targetRef: pod('elsewhere') },
    pretended: { addresses: [hostname], conditions: ready, targetRef: pod('vault') },
    hosted: { addresses: [hostname], conditions: ready, targetRef: pod('on-the-host') },
    unready: { addresses: [hostname], conditions: { ready: false }, targetRef: pod('receiver') },
  };
  for (const [name, endpoint] of Object.entries(endpoints)) {
    const { service, slice } = receiverInCluster(victim.url, { name });
    await kubectl.create(service);
    await kubectl.create({
      ...slice,
      endpoints: [endpoint],
      ports: [{ ...slice.ports[0], port: Number(port) }],
    });
    await kubectl.create(objectOf(name, toService(name)));
  }
  await kubectl.create(objectOf('honest'));
  const watcher = await start();
  for (const name of [...Object.keys(endpoints), 'honest']) await watcher.accepted(name);
  runPods('web');
  await receiver.received(1);
  await until('each has failed', () => watcher.failures.size === Object.keys(endpoints).length);
  for (const reason of watcher.failures.values()) expect(reason).toMatch(/^service /);
  expect(victim.requests).toEqual([]);
});

test('a Secret without the label is sent nowhere, by whatever way it is named', async () => {
  const world = await tenantWorld();
  const { kubectl, receiver, runPods, start } = world;
  const text = 'the-password-of-the-database';
  await kubectl.create({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'database', namespace: 'default' },
    data: { password: btoa(text) },
  });
  const secretRef = { name: 'database', key: 'password' };
  await kubectl.create(objectOf('bearer', { ...TO_SERVICE, auth: { bearer: { secretRef } } }));
  await kubectl.create(objectOf('header', { ...TO_SERVICE, headers: [{ name: 'x-key', secretRef }] }));
  await kubectl.create(objectOf('honest'));
  const watcher = await start();
  for (const name of ['bearer', 'header'])
    await until(`${name} is refused`, () => watcher.reason(name) === 'SecretNotLabelled');
  runPods('web');
  await receiver.received(1);
  await until('it is told', () =>
    JSON.stringify(watcher.standing('bearer')?.object.status ?? '').includes('NotLabelled'),
  );
  expect(receiver.requests).toHaveLength(1);
  expect(JSON.stringify([receiver.requests[0]?.rawHeaders, watcher.objects.all()])).not.toContain(text);
  expect(JSON.stringify(world.lines)).not.toContain(text);
});

test('a tenant with a thousand objects has what its quota allows, and another one its events as ever', async () => {
  const world = await tenantWorld({
    tenancy: { ...TENANCY, quota: { ...TENANCY.quota, subscriptions: 20 } },
  });
  const { kubectl, local, receiver, start } = world;
  await namespace(world, 'greedy');
  await kubectl.create(objectOf('honest'));
  const names = Array.from({ length: 1_000 }, (_, index) => `many-${index}`);
  for (const name of names) await kubectl.create(objectOf(name, TO_SERVICE, 'greedy'));
  const watcher = await start();
  await watcher.accepted('honest');
  const reasons = () => watcher.objects.all().filter(({ object }) => object.namespace === 'greedy');
  await until('all are judged', () => reasons().length === 1_000);
  const refused = reasons().filter(({ ready }) => ready.reason === 'QuotaExceeded');
  expect(refused).toHaveLength(980);
  expect(watcher.subscriptions.all()).toHaveLength(21);
  local.applyManifest(podIn('greedy', 'of-the-greedy'));
  local.applyManifest(podIn('default', 'web'));
  await receiver.received(1);
  expect(podsOf(receiver)).toEqual(['web']);
});

test('a receiver that never answers, and one that answers without end, cost others nothing', async () => {
  const world = await tenantWorld();
  const { kubectl, local, receiver, start } = world;
  const silent = await startReceiver();
  silent.answer(hang);
  const answers: { sentBytes: number; isCut: boolean }[] = [];
  const endless = await startReceiver();
  endless.answer(async (response) => {
    const own = { sentBytes: 0, isCut: false };
    answers.push(own);
    response.on('close', () => {
      own.isCut = true;
    });
    response.writeHead(200);
    const chunk = Buffer.alloc(64 * 1024);
    while (own.sentBytes < 1024 ** 3 && !response.destroyed) {
      own.sentBytes += chunk.length;
      if (!response.write(chunk)) await Promise.race([once(response, 'drain'), sleep(100)]);
    }
  });
  for (const [name, of] of [
    ['silent', silent],
    ['endless', endless],
  ] as const) {
    await namespace(world, name);
    await world.expose(of, { namespace: name });
    await kubectl.create(objectOf(name, TO_SERVICE, name));
  }
  await kubectl.create(objectOf('honest'));
  const watcher = await start();
  await watcher.accepted('silent', 'silent');
  await watcher.accepted('endless', 'endless');
  await watcher.accepted('honest');
  for (const name of ['silent', 'endless'])
    for (let index = 0; index < 20; index += 1) local.applyManifest(podIn(name, `web-${index}`));
  await silent.received(1);
  await endless.received(1);
  local.applyManifest(podIn('default', 'web'));
  await receiver.received(1);
  await until(
    'all endless answers are cut',
    () => answers.length >= 20 && answers.every(({ isCut }) => isCut),
  );
  // What fits into the buffers of a socket, on both sides.
  for (const { sentBytes } of answers) expect(sentBytes).toBeLessThan(16 * 1024 ** 2);
});

test('each tenant hears of its own Pods and of no others, whatever the Pods and selectors', async () => {
  const world = await tenantWorld();
  const { kubectl, local, start } = world;
  const tenants = ['a', 'b', 'c', 'd'];
  const receivers = new Map<string, Awaited<ReturnType<typeof startReceiver>>>();
  for (const name of tenants) {
    await namespace(world, name);
    const own = await startReceiver();
    receivers.set(name, own);
    await world.expose(own, { namespace: name });
    await kubectl.create(objectOf('all', TO_SERVICE, name));
  }
  const watcher = await start();
  for (const name of tenants) await watcher.accepted('all', name);
  const expected = new Map<string, string[]>(tenants.map((name) => [name, []]));
  for (let index = 0; index < 80; index += 1) {
    const of = tenants[Math.floor(Math.random() * tenants.length)] ?? 'a';
    // The same names and labels in several namespaces.
    const name = `web-${Math.floor(index / 2)}`;
    if (expected.get(of)?.includes(name)) continue;
    expected.get(of)?.push(name);
    local.applyManifest(podIn(of, name, { app: 'web', tenant: tenants[index % 4] ?? '' }));
  }
  for (const [name, own] of receivers) {
    const pods = expected.get(name) ?? [];
    await own.received(pods.length);
    const heard = own.requests.map(({ body }) => JSON.parse(body.toString()).data.pod);
    expect(heard.map((pod) => pod.name).toSorted()).toEqual(pods.toSorted());
    expect(new Set(heard.map((pod) => pod.namespace))).toEqual(new Set([name]));
  }
});
