import { expect, test } from 'vitest';
import type { EventSender } from '../../../../watcher/delivery/event-sender.ts';
import { retry } from '../../../../watcher/delivery/outcome.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { newEvent } from '../../journal/journal-events.ts';
import { startDelivery, webhookTarget } from '../delivery-setup.ts';
import { createScripted } from './scripted-sender.ts';

const SHARES = { inFlight: 8, tenant: { concurrency: 4, perMinute: 1e9 } };
const HANGS: EventSender = {
  send: (_, signal) =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve(retry('timeout 15000 ms')))),
  close: async () => {},
};

const events = (name: string, count: number, partitionKey?: string) =>
  Array.from({ length: count }, (_, index) =>
    newEvent(`evt_${name}_${index}`, { subscriptions: [name], ...(partitionKey && { partitionKey }) }),
  );

test('a subscription with a rate is served evenly, says that it waits, and keeps all that waits', async () => {
  const clock = createFakeClock();
  const { sender, sent } = createScripted(clock);
  const targets = [webhookTarget('http://127.0.0.1/', { maxPerMinute: 60 })];
  const delivery = startDelivery({ targets, clock, senderOf: () => sender });
  delivery.publish(...events('bridge', 100));
  await clock.advance(5_000);
  expect(delivery.dispatcher.stateOf('bridge')).toEqual({ receiver: 'up', isThrottled: true, inFlight: 0 });
  await clock.advance(55_000);
  expect(sent.length).toBeGreaterThan(57);
  expect(sent.length).toBeLessThanOrEqual(61);
  await clock.advance(60_000);
  expect(new Set(sent.map(({ id }) => id)).size).toBe(100);
  expect(delivery.dispatcher.stateOf('bridge')?.isThrottled).toBe(false);
});

test('while the receivers of a tenant never answer, others are served', async () => {
  const clock = createFakeClock();
  const { sender, sent } = createScripted(clock);
  const hogs = Array.from({ length: 20 }, (_, index) => `hog/s${index}@00000000`);
  const targets = [
    ...hogs.map((name) => webhookTarget('http://127.0.0.1/', { name, tenant: 'hog' })),
    webhookTarget('http://127.0.0.1/', { name: 'shop/a@00000000', tenant: 'shop' }),
    webhookTarget('http://127.0.0.1/', { name: 'own' }),
  ];
  const senderOf = ({ tenant }: { readonly tenant?: string }) => (tenant === 'hog' ? HANGS : sender);
  const delivery = startDelivery({ targets, clock, shares: SHARES, senderOf });
  for (const name of hogs) delivery.publish(...events(name, 5));
  await clock.advance(100);
  delivery.publish(...events('shop/a@00000000', 20), ...events('own', 20));
  await clock.advance(1_000);
  expect(sent).toHaveLength(40);
  expect(hogs.reduce((sum, name) => sum + (delivery.dispatcher.stateOf(name)?.inFlight ?? 0), 0)).toBe(4);
});

test('what waits for a share keeps the order of its container', async () => {
  const clock = createFakeClock();
  const { sender, sent } = createScripted(clock);
  const names = ['a/x@00000000', 'a/y@00000000', 'a/z@00000000'];
  const targets = names.map((name) =>
    webhookTarget('http://127.0.0.1/', { name, tenant: 'a', ordering: 'container' }),
  );
  const shares = { inFlight: 2, tenant: { concurrency: 2, perMinute: 600 } };
  const delivery = startDelivery({ targets, clock, shares, senderOf: () => sender });
  for (const name of names) delivery.publish(...events(name, 12, 'pod/app'));
  await clock.advance(20_000);
  for (const name of names) {
    const got = sent.map(({ id }) => id).filter((id) => id.startsWith(`evt_${name}`));
    expect(got).toEqual(events(name, 12).map(({ id }) => id));
  }
});
