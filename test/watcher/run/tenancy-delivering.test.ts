import { expect, test } from 'vitest';
import { createVerifier } from '../../../protocol/signature/verify.ts';
import { kubectl as realKubectl, succeeded } from '../../infra/tools/kubernetes-tools.ts';
import { startReceiver } from '../../support/receiver.ts';
import { createSkippingClock } from '../../support/skipping-clock.ts';
import { until } from '../../support/until.ts';
import { hookSubscription } from '../tenancy/hook-objects.ts';
import { bare, podsOf, TO_SERVICE, tenantWorld } from './tenant-world.ts';

const ONE = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=';
const OTHER = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDpAzMwzuTl0A=';

const objectOf = (name: string, spec: Record<string, unknown> = TO_SERVICE) =>
  bare(hookSubscription({ name, namespace: 'default', spec }));

const toService = (name: string) => ({ ...TO_SERVICE, target: { service: { name, port: 80 } } });

const credential = (name: string, data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'default', labels: { 'offhook.dev/credential': 'true' } },
  data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, btoa(text)])),
});

test('secret, token and headers of Secrets reach the receiver; what has changed is used a minute after a 401', async () => {
  const clock = createSkippingClock();
  const { kubectl, receiver, runPods, start } = await tenantWorld({ clock });
  await kubectl.create(credential('hooks', { signing: ONE, token: 'token-1', key: 'key-1' }));
  const ref = (key: string) => ({ secretRef: { name: 'hooks', key } });
  const spec = {
    ...TO_SERVICE,
    signing: { mode: 'HMAC', ...ref('signing') },
    auth: { bearer: ref('token') },
    headers: [
      { name: 'x-team', value: 'billing' },
      { name: 'x-key', ...ref('key') },
    ],
    delivery: { retryDelaysSeconds: [30, 30, 30, 30] },
  };
  await kubectl.create(objectOf('billing', spec));
  const watcher = await start();
  await watcher.accepted('billing');
  runPods('first');
  const [first] = await receiver.received(1);
  expect(first?.headers).toMatchObject({
    authorization: 'Bearer token-1',
    'x-team': 'billing',
    'x-key': 'key-1',
  });
  const verify = async (request = first, secret = ONE) => {
    const verifier = await createVerifier({ keys: [secret] });
    const headers = new Headers(request?.headers as Record<string, string>);
    return (await verifier.verify(headers, request?.body ?? new Uint8Array(), clock.nowMs())).kind;
  };
  expect(await verify()).toBe('verified');

  await kubectl.patch('Secret', 'hooks', { data: { signing: btoa(OTHER), token: btoa('token-2') } });
  receiver.answer((response, { headers }) => {
    response.writeHead(headers.authorization === 'Bearer token-2' ? 202 : 401).end();
  });
  runPods('second');
  await receiver.received(2);
  const isNew = () => receiver.requests.some(({ headers }) => headers.authorization === 'Bearer token-2');
  for (let skipped = 0; skipped < 6 && !isNew(); skipped += 1) {
    clock.skip(15_000);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  await until('the new token is used', isNew);
  const last = receiver.requests.at(-1);
  expect(podsOf(receiver).at(-1)).toBe('second');
  expect(await verify(last, OTHER)).toBe('verified');
});

test('kubectl shows what each receiver does', async () => {
  const world = await tenantWorld();
  const { kubectl, local, receiver, runPods, start } = world;
  const answers = { gone: 410, failing: 503 };
  const labels = { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] };
  for (const [name, answer] of Object.entries(answers)) {
    const own = await startReceiver();
    own.answer(answer);
    await world.expose(own, { name });
    await kubectl.create(objectOf(name, { ...toService(name), podSelector: labels }));
  }
  await kubectl.create(objectOf('delivering', { ...TO_SERVICE, podSelector: labels }));
  const delivery = { maxPerMinute: 1 };
  await kubectl.create(objectOf('throttled', { ...TO_SERVICE, podSelector: labels, delivery }));
  await kubectl.create(objectOf('held', { ...TO_SERVICE, podSelector: labels, suspend: true }));
  await kubectl.create(objectOf('quiet', { ...TO_SERVICE, podSelector: { matchLabels: { app: 'nobody' } } }));
  const watcher = await start();
  for (const name of [...Object.keys(answers), 'throttled', 'delivering', 'held', 'quiet'])
    await watcher.accepted(name);
  runPods('web', 'api', 'db');
  await receiver.received(3);
  const table = () => succeeded(realKubectl('--server', local.url, 'get', 'hooksub', '-A'));
  const rows = async () => {
    const [, ...lines] = (await table()).trim().split('\n');
    const cells = lines.map((line) => line.split(/\s{2,}/));
    return Object.fromEntries(
      cells.map(([, name = '', ready, delivering, reason]) => [name, [ready, delivering, reason]]),
    );
  };
  await expect.poll(rows, { timeout: 60_000, interval: 1_000 }).toMatchObject({
    delivering: ['True', 'True', 'Delivering'],
    failing: ['True', 'False', 'ReceiverFailing'],
    gone: ['True', 'False', 'ReceiverGone'],
    held: ['True', 'False', 'Suspended'],
    quiet: ['True', 'Unknown', 'NoEventYet'],
    throttled: ['True', 'True', 'Throttled'],
  });
  expect(await table()).toMatch(
    /^NAMESPACE +NAME +READY +DELIVERING +REASON +TARGET +PENDING +DEAD +LAST +AGE/,
  );
});
