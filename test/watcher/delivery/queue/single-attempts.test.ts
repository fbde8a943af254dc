import { expect, test } from 'vitest';
import type { DeliveryEvent } from '../../../../watcher/delivery/delivery-store.ts';
import { hang, startReceiver } from '../../../support/receiver.ts';
import { startDelivery, webhookTarget } from '../delivery-setup.ts';

const EVENT: DeliveryEvent = {
  sequence: 0,
  eventId: 'evt_sample',
  type: 'dev.offhook.container.postStart',
  partitionKey: 'p',
  timeMs: 0,
  expiresAtMs: null,
  ageMs: 0,
  body: Buffer.from('{}'),
};

test('an attempt beside the queue leaves no trace in the journal, and disturbs nothing', async () => {
  const receiver = await startReceiver();
  const { dispatcher, journal, reports } = startDelivery({ targets: [webhookTarget(receiver.url)] });
  const made = await dispatcher.attemptOnce('bridge', EVENT);
  expect(made).toMatchObject({ outcome: { kind: 'delivered', status: 202 } });
  expect(receiver.requests).toHaveLength(1);
  expect(reports).toEqual([]);
  expect(journal.queues()).toEqual([]);
});

test('of one subscription only one is under way, and it ends with the attempt’s own deadline', async () => {
  const receiver = await startReceiver();
  receiver.answer(hang);
  const { dispatcher, clock } = startDelivery({
    targets: [webhookTarget(receiver.url, { timeoutMs: 5_000 })],
  });
  const first = dispatcher.attemptOnce('bridge', EVENT);
  await receiver.received(1);
  expect(await dispatcher.attemptOnce('bridge', EVENT)).toBeNull();
  await clock.advance(5_000);
  expect(await first).toMatchObject({ outcome: { kind: 'retry', reason: 'timeout 5000 ms' } });
});

test('one that is under way when its subscription goes, or the watcher stops, is cut', async () => {
  for (const end of ['remove', 'stop'] as const) {
    const receiver = await startReceiver();
    receiver.answer(hang);
    const { dispatcher, clock } = startDelivery({ targets: [webhookTarget(receiver.url)] });
    const made = dispatcher.attemptOnce('bridge', EVENT);
    await receiver.received(1);
    const ended =
      end === 'stop' ? dispatcher.stop({ drainMs: 0 }) : dispatcher.remove('bridge', { drainMs: 0 });
    await clock.advance(0);
    await ended;
    expect(await made).toBeNull();
    expect(await dispatcher.attemptOnce('bridge', EVENT)).toBeNull();
  }
});

test('of a subscription that is not there none is made', async () => {
  const { dispatcher } = startDelivery({ targets: [] });
  expect(await dispatcher.attemptOnce('bridge', EVENT)).toBeNull();
});
