import { expect, test } from 'vitest';
import { parseProxy } from '../../../../settings/outbound/http-proxy.ts';
import { createEventBridgeSender } from '../../../../watcher/delivery/send/eventbridge-sender.ts';
import type { EventBridgeTarget } from '../../../../watcher/delivery/subscription-target.ts';
import { startHttpProxy, type TestProxy } from '../../../support/http-proxy.ts';
import { createTestAuthority } from '../../../support/test-certificates.ts';
import { newEvent } from '../../journal/journal-events.ts';
import { startDelivery } from '../delivery-setup.ts';
import { startEventBridge } from './fake-eventbridge.ts';

function targetAt(endpoint: string, proxy: TestProxy): EventBridgeTarget {
  const parsed = parseProxy(proxy.urlWithCredentials);
  if ('fault' in parsed) throw new Error(parsed.fault);
  return {
    kind: 'eventBridge',
    name: 'bridge',
    busName: 'lifecycle',
    region: 'eu-central-1',
    endpoint,
    concurrency: 32,
    timeoutMs: 15_000,
    schedule: [3_600_000],
    ordering: 'none',
    dropExpired: false,
    proxyFor: () => parsed.value,
  };
}

const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'test' };
const authority = createTestAuthority('Test CA');

function deliver(target: EventBridgeTarget) {
  const connect = { ca: authority.cert };
  const senderOf = () => createEventBridgeSender(target, { credentials, connect });
  return startDelivery({ targets: [target], senderOf });
}

test.each([
  ['plain', undefined],
  ['TLS', authority.issue('bus')],
])('calls of PutEvents go by way of the proxy (%s)', async (_, tls) => {
  const bus = await startEventBridge(tls);
  const proxy = await startHttpProxy({ user: 'offhook', password: 'p@ss' });
  const delivery = deliver(targetAt(bus.endpoint, proxy));
  delivery.publish(newEvent('evt_1'), newEvent('evt_2'));
  await delivery.attempts(2);
  expect(delivery.reports.map(({ outcome }) => outcome)).toEqual(['delivered', 'delivered']);
  expect(bus.calls).toHaveLength(1);
  const { origin, host } = new URL(bus.endpoint);
  expect(proxy.asked).toEqual([tls ? `CONNECT ${host}` : `POST ${origin}/`]);
});

test('a proxy that refuses is named as the cause', async () => {
  const bus = await startEventBridge(authority.issue('bus'));
  const proxy = await startHttpProxy({ user: 'offhook', password: 'p@ss' });
  for (const manner of [407, 502]) {
    proxy.manner(manner);
    const delivery = deliver(targetAt(bus.endpoint, proxy));
    delivery.publish(newEvent('evt_1'));
    await delivery.attempts(1);
    expect(delivery.reports[0]).toMatchObject({ outcome: 'retry', reason: `proxy ${manner}` });
  }
  expect(bus.calls).toHaveLength(0);
});
