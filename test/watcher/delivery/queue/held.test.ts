import { expect, test } from 'vitest';
import { startReceiver } from '../../../support/receiver.ts';
import { newEvent } from '../../journal/journal-events.ts';
import { startDelivery, webhookTarget } from '../delivery-setup.ts';

test.for(['suspended', 'unready'] as const)(
  'nothing goes out while it is %s, and all of it, once, when it no longer is',
  async (held) => {
    const receiver = await startReceiver();
    const delivery = startDelivery({ targets: [webhookTarget(receiver.url, { held })] });
    delivery.publish(newEvent('evt_1'), newEvent('evt_2'));
    delivery.dispatcher.refresh({ enabled: ['bridge'], hurried: ['bridge'] });
    await delivery.clock.advance(3_600_000);
    expect(receiver.requests).toEqual([]);
    expect(delivery.journal.waiting('bridge')).toBe(2);

    // Nothing is in flight, so that nothing has to be waited for.
    await delivery.dispatcher.remove('bridge', { drainMs: 10_000 });
    delivery.add(webhookTarget(receiver.url));
    await delivery.attempts(2);
    expect(receiver.requests.map(({ headers }) => headers['webhook-id'])).toEqual(['evt_1', 'evt_2']);
    expect(delivery.journal.waiting('bridge')).toBe(0);
  },
);

test('what is in flight when it is suspended may end, and is not sent again afterwards', async () => {
  const receiver = await startReceiver();
  let answer = () => {};
  receiver.answer((response) => {
    answer = () => response.writeHead(202).end();
  });
  const delivery = startDelivery({ targets: [webhookTarget(receiver.url, { concurrency: 1 })] });
  delivery.publish(newEvent('evt_1'), newEvent('evt_2'));
  await receiver.received(1);
  const removed = delivery.dispatcher.remove('bridge', { drainMs: 10_000 });
  delivery.add(webhookTarget(receiver.url, { held: 'suspended' }));
  answer();
  await removed;
  expect(delivery.journal.waiting('bridge')).toBe(1);
  await delivery.dispatcher.remove('bridge', { drainMs: 0 });
  receiver.answer(202);
  delivery.add(webhookTarget(receiver.url));
  await delivery.attempts(2);
  expect(receiver.requests.map(({ headers }) => headers['webhook-id'])).toEqual(['evt_1', 'evt_2']);
});
