import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startWatcher } from '../../../watcher/run/start-watcher.ts';
import { startReceiver } from '../../support/receiver.ts';
import { runHere } from '../../support/run-here.ts';
import { until } from '../../support/until.ts';
import { createKubectl, receiverInCluster, TENANCY } from '../../watcher/run/tenants.ts';
import { watcherDeps } from '../../watcher/run/whole-watcher.ts';

/** A sample is sent once: before the Pod runs, the Service leads nowhere. */
async function running(podUrl: string): Promise<void> {
  for (;;) {
    const pod = (await (await fetch(podUrl)).json()) as { status?: { phase?: string } };
    if (pod.status?.phase === 'Running') return;
    await sleep(20);
  }
}

/** A subscription to a Service that leads to a server of this machine; a watcher that can be started. */
async function subscribed(spec: Record<string, unknown> = {}) {
  const { deps, local } = await watcherDeps([]);
  const kubectl = createKubectl(local.url);
  await kubectl.installDefinitions();
  const receiver = await startReceiver();
  const { pod, service, slice } = receiverInCluster(receiver.url);
  local.applyManifest(pod);
  await kubectl.create(service);
  await kubectl.create(slice);
  await running(`${local.url}/api/v1/namespaces/default/pods/receiver`);
  await kubectl.create({
    apiVersion: 'offhook.dev/v1alpha1',
    kind: 'HookSubscription',
    metadata: { name: 'billing', namespace: 'default' },
    spec: { target: { service: { name: 'receiver', port: 80 } }, hooks: ['postStop'], ...spec },
  });
  return {
    receiver,
    test: (...more: readonly string[]) =>
      runHere(['subscription', 'test', 'billing', '--server', local.url, ...more]),
    async startWatching() {
      const watcher = await startWatcher({ ...deps, config: { ...deps.config, tenancy: TENANCY } });
      onTestFinished(() => watcher.stop());
      await until('it is accepted', () => watcher.objects.all()[0]?.ready.reason === 'Accepted');
    },
  };
}

test('the receiver takes the sample: exit code 0, and what it answered', async () => {
  const world = await subscribed();
  await world.startWatching();
  const { code, stdout, stderr } = await world.test();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(
    /^default\/billing: The receiver took the sample event\. \(2\d\d, http:\/\/receiver\.default\.svc\)/,
  );
  const [request] = world.receiver.requests;
  expect(JSON.parse(request?.body.toString() ?? '').type).toContain('postStop');
  // The next one within a minute has to wait: that is said.
  const again = await world.test('--timeout', '2s', '--json');
  expect(again.code).toBe(1);
  const { outcome, hints } = JSON.parse(again.stdout);
  expect(outcome).toBe('unanswered');
  expect(hints[0]).toContain('at most one sample a minute');
});

test('the receiver refuses it: exit code 1, and how it failed', async () => {
  const world = await subscribed();
  world.receiver.answer(401);
  await world.startWatching();
  const { code, stdout, stderr } = await world.test();
  expect(code).toBe(1);
  expect(stdout).toContain('The receiver did not take the sample event: it answers 4xx. (401, ClientError');
  expect(stderr).toContain('public keys');
});

test('a suspended subscription sends nothing, and says how to resume', async () => {
  const world = await subscribed({ suspend: true });
  await world.startWatching();
  const { code, stdout, stderr } = await world.test('--json');
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({
    outcome: 'notSent',
    hints: ['Resume it first: offhook subscription resume'],
  });
  expect(world.receiver.requests).toEqual([]);
});

test('no watcher runs: says so after the time, exit code 1', async () => {
  const world = await subscribed();
  const { code, stdout, stderr } = await world.test('--timeout', '1s');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('No watcher has ever written a status');
  expect(stderr).toContain('Is a watcher running');
});
