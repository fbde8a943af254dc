import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createSkippingClock } from '../../support/skipping-clock.ts';
import { until } from '../../support/until.ts';
import { clusterHookSubscription, hookSubscription } from '../tenancy/hook-objects.ts';
import { bare, TO_SERVICE, tenantWorld } from './tenant-world.ts';
import { TENANCY } from './tenants.ts';
import { subscription } from './whole-watcher.ts';

const SECRET_TEXT = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=';

function secret(name: string, data: Record<string, string>, labels: Record<string, string> = LABEL) {
  const encoded = Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'default', labels },
    data: Object.fromEntries(encoded),
  };
}

const LABEL = { 'offhook.dev/credential': 'true' };

const service = (name: string, spec: Record<string, unknown>) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'default' },
  spec,
});

/** Signed by HMAC with a key of a Secret. */
const withSecret = (name: string) => ({
  ...TO_SERVICE,
  signing: { mode: 'HMAC', secretRef: { name, key: 'signing' } },
});

const toService = (name: string, port = 80) => ({ ...TO_SERVICE, target: { service: { name, port } } });

type Status = {
  readonly conditions: readonly { readonly type: string; readonly status: string; readonly reason: string }[];
};

const objectOf = (name: string, spec: Record<string, unknown>, namespace = 'default') =>
  bare(hookSubscription({ name, namespace, spec }));

test('each reason of Ready is told of what is wrong, and gone when it is mended', async () => {
  const clock = createSkippingClock();
  const { kubectl, receiver, start } = await tenantWorld({
    clock,
    tenancy: { ...TENANCY, quota: { ...TENANCY.quota, subscriptions: 10 } },
    subscriptions: [subscription('audit', 'http://127.0.0.1:9/')],
    watch: {
      ...{ kubeletEvents: false, resyncIntervalMs: 600_000, replayExisting: false },
      namespaces: ['default', 'closed'],
    },
  });
  for (const name of ['closed', 'unwatched'])
    await kubectl.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  await kubectl.create(secret('keyless', { other: SECRET_TEXT }));
  await kubectl.create(secret('faulty', { signing: 'not a secret' }));
  await kubectl.create(secret('unlabelled', { signing: SECRET_TEXT }, {}));
  await kubectl.create(secret('private', { url: 'https://169.254.169.254/latest' }));
  await kubectl.create(service('elsewhere', { type: 'ExternalName', externalName: 'example.com' }));
  const watcher = await start();
  const { httpsOf, ...cases } = {
    httpsOf: { target: { urlSecretRef: { name: 'private', key: 'url' } } },
    accepted: [TO_SERVICE, 'Accepted'],
    absent: [withSecret('absent'), 'SecretNotFound'],
    keyless: [withSecret('keyless'), 'SecretKeyMissing'],
    faulty: [withSecret('faulty'), 'SecretKeyMissing'],
    unlabelled: [withSecret('unlabelled'), 'SecretNotLabelled'],
    external: [toService('elsewhere'), 'TargetDenied'],
    nowhere: [toService('nowhere'), 'ServiceNotFound'],
    portless: [toService('receiver', 81), 'ServiceNotFound'],
  } as const;
  for (const [name, [spec]] of Object.entries(cases)) await kubectl.create(objectOf(name, spec));
  await kubectl.create(objectOf('private', { ...TO_SERVICE, ...httpsOf }));
  await kubectl.create(objectOf('closed', withSecret('signing'), 'closed'));
  await kubectl.create(objectOf('unwatched', TO_SERVICE, 'unwatched'));
  await kubectl.create(
    bare(
      clusterHookSubscription({
        name: 'audit',
        spec: { ...TO_SERVICE, namespaceSelector: {}, secretNamespace: 'default' },
      }),
    ),
  );
  for (const [name, [, reason]] of Object.entries(cases))
    await until(`${name} is ${reason}`, () => watcher.reason(name) === reason);
  await until('an address of its own is denied', () => watcher.reason('private') === 'TargetDenied');
  await until('no Secret of it', () => watcher.reason('closed', 'closed') === 'SecretForbidden');
  await until('not watched', () => watcher.reason('unwatched', 'unwatched') === 'NamespaceNotWatched');
  await until('name taken', () => watcher.reason('audit', null) === 'NameTaken');
  // The namespace has nine, of ten. Who came first is known to the second.
  await sleep(1_100);
  await kubectl.create(objectOf('tenth', TO_SERVICE));
  await watcher.accepted('tenth');
  await sleep(1_100);
  await kubectl.create(objectOf('eleventh', TO_SERVICE));
  await until('too many', () => watcher.reason('eleventh') === 'QuotaExceeded');

  const told = async (name: string, namespace = 'default') => {
    const { status } = (await kubectl.get('HookSubscription', name, namespace)) as { status?: Status };
    return Object.fromEntries((status?.conditions ?? []).map(({ type, ...rest }) => [type, rest]));
  };
  await expect
    .poll(() => told('unlabelled'), { timeout: 30_000 })
    .toMatchObject({
      Ready: { status: 'False', reason: 'SecretNotLabelled' },
      Delivering: { status: 'False', reason: 'SecretNotLabelled' },
    });
  await expect
    .poll(() => told('unwatched', 'unwatched'), { timeout: 30_000 })
    .toMatchObject({ Ready: { status: 'False', reason: 'NamespaceNotWatched' } });
  expect(receiver.requests).toEqual([]);

  await kubectl.remove('HookSubscription', 'tenth');
  await watcher.accepted('eleventh');
  await kubectl.create(secret('absent', { signing: SECRET_TEXT }));
  await kubectl.patch('Secret', 'keyless', { data: { signing: btoa(SECRET_TEXT) } });
  await kubectl.patch('Secret', 'unlabelled', { metadata: { labels: LABEL } });
  await kubectl.create(service('nowhere', { ports: [{ port: 80 }] }));
  clock.skip(20_000);
  for (const name of ['absent', 'keyless', 'unlabelled', 'nowhere']) await watcher.accepted(name);
});

test('a watcher that begins anew looks again without saying that it does not know any more', async () => {
  const { kubectl, local, start } = await tenantWorld();
  await kubectl.create(secret('hooks', { signing: SECRET_TEXT }));
  await kubectl.create(objectOf('billing', withSecret('hooks')));
  const ready = async () => {
    const { status } = (await kubectl.get('HookSubscription', 'billing')) as { status?: Status };
    return status?.conditions.find(({ type }) => type === 'Ready');
  };
  const first = await start();
  await expect.poll(ready, { timeout: 30_000 }).toMatchObject({ status: 'True', reason: 'Accepted' });
  const before = await ready();
  await first.stop();
  local.api.setFaults([{ verb: 'get', resource: 'secrets', answer: 503 }]);
  const second = await start();
  await until(
    'nobody answers',
    () => second.standing('billing')?.ready.message.includes('did not answer') === true,
  );
  // Longer than a status waits before it is told that an object is being looked at.
  await sleep(4_000);
  expect(await ready()).toEqual(before);
});
