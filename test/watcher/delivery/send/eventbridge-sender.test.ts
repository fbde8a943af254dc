import { expect, test } from 'vitest';
import { DEFAULT_RETRY_SCHEDULE_MS } from '../../../../watcher/delivery/queue/retry-schedule.ts';
import { createSender } from '../../../../watcher/delivery/send/create-sender.ts';
import { createEventBridgeSender } from '../../../../watcher/delivery/send/eventbridge-sender.ts';
import type { EventBridgeTarget } from '../../../../watcher/delivery/subscription-target.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { until } from '../../../support/until.ts';
import { newEvent } from '../../journal/journal-events.ts';
import { startDelivery } from '../delivery-setup.ts';
import { accepted, failed, type PutCall, startEventBridge } from './fake-eventbridge.ts';

async function startBus(fields: Partial<EventBridgeTarget> = {}) {
  const bus = await startEventBridge();
  const target: EventBridgeTarget = {
    kind: 'eventBridge',
    name: 'bridge',
    busName: 'lifecycle',
    region: 'eu-central-1',
    endpoint: bus.endpoint,
    concurrency: 32,
    timeoutMs: 15_000,
    schedule: DEFAULT_RETRY_SCHEDULE_MS,
    ordering: 'none',
    dropExpired: false,
    ...fields,
  };
  const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'test' };
  const senderOf = () => createEventBridgeSender(target, { credentials });
  return { bus, delivery: startDelivery({ targets: [target], senderOf }) };
}

const many = (count: number, of: (index: number) => ReturnType<typeof newEvent>) =>
  Array.from({ length: count }, (_, index) => of(index));
const idsOf = (call: PutCall | undefined) => call?.entries.map(({ Detail }) => JSON.parse(Detail).id);

test('an entry is the whole event, with its source, type, time and bus', async () => {
  const { bus, delivery } = await startBus();
  delivery.publish(newEvent('evt_1', { timeMs: Date.UTC(2026, 10, 22, 14, 24, 1) }));
  await delivery.attempts(1);
  expect(bus.calls.map(({ entries }) => entries)).toEqual([
    [
      {
        Source: 'dev.offhook',
        DetailType: 'dev.offhook.container.postStart',
        Detail: '{"id":"evt_1","sequence":1,"text":"é"}',
        EventBusName: 'lifecycle',
        Time: Date.UTC(2026, 10, 22, 14, 24, 1) / 1000,
      },
    ],
  ]);
  expect(delivery.reports[0]).toMatchObject({ outcome: 'delivered', status: 200 });
});

test('what is due together goes together, at most ten entries a call', async () => {
  const { bus, delivery } = await startBus();
  delivery.publish(...many(25, (index) => newEvent(`evt_${index}`)));
  await delivery.attempts(25);
  expect(bus.calls.map(({ entries }) => entries.length).toSorted()).toEqual([10, 10, 5]);
});

test('no call carries 256 KB or more', async () => {
  const { bus, delivery } = await startBus();
  const encode = () => Buffer.from(JSON.stringify({ text: 'x'.repeat(60_000) }));
  delivery.publish(...many(9, (index) => newEvent(`evt_${index}`, { encode })));
  await delivery.attempts(9);
  expect(bus.calls.map(({ entries }) => entries.length).toSorted()).toEqual([1, 4, 4]);
});

test('of a call that succeeds in part only the failed entries are sent again, each by its own schedule', async () => {
  const { bus, delivery } = await startBus();
  bus.answer((entries) =>
    entries.map((entry) => (entry.Detail.includes('evt_1') ? failed('InternalFailure') : accepted())),
  );
  delivery.publish(newEvent('evt_0'), newEvent('evt_1'), newEvent('evt_2'));
  await delivery.attempts(3);
  expect(delivery.reports.map(({ outcome, reason }) => [outcome, reason])).toEqual([
    ['delivered', null],
    ['retry', 'eventbridge InternalFailure'],
    ['delivered', null],
  ]);
  bus.answer((entries) => entries.map(accepted));
  await delivery.clock.advance(1000);
  await delivery.attempts(4);
  expect(bus.calls.map(idsOf)).toEqual([['evt_0', 'evt_1', 'evt_2'], ['evt_1']]);
  expect(bus.calls[1]?.entries[0]?.Detail).toBe(bus.calls[0]?.entries[1]?.Detail);
});

test('an entry that can never be taken is a dead letter', async () => {
  const { bus, delivery } = await startBus();
  bus.answer((entries) => entries.map(() => failed('MalformedDetail')));
  delivery.publish(newEvent('evt_1'));
  await delivery.attempts(1);
  expect(delivery.journal.deadLetters('bridge', { after: 0, limit: 9 })).toMatchObject([
    { why: 'eventbridge MalformedDetail' },
  ]);
});

test.each([
  [{ status: 400, type: 'ThrottlingException' }, 'eventbridge ThrottlingException'],
  [{ status: 500, type: 'InternalException' }, 'eventbridge InternalException'],
  [{ status: 400, type: 'AccessDeniedException' }, 'eventbridge AccessDeniedException'],
])('a call refused with %j is made once, and all of it is tried again later', async (refusal, reason) => {
  const { bus, delivery } = await startBus();
  bus.answer(() => refusal);
  delivery.publish(newEvent('evt_1'), newEvent('evt_2'));
  await delivery.attempts(2);
  expect(bus.calls).toHaveLength(1);
  expect(delivery.reports.map((report) => report.reason)).toEqual([reason, reason]);
  bus.answer((entries) => entries.map(accepted));
  await delivery.clock.advance(1000);
  await delivery.attempts(4);
  expect(delivery.journal.queues()).toEqual([]);
});

test('two calls in flight never share a partitionkey', async () => {
  const { bus, delivery } = await startBus();
  bus.hold();
  const of = (id: string, partitionKey: string) => newEvent(id, { partitionKey });
  delivery.publish(of('evt_a1', 'a'));
  await until('the first call', () => bus.calls.length === 1);
  delivery.publish(of('evt_a2', 'a'), of('evt_b1', 'b'));
  await until('the second call', () => bus.calls.length === 2);
  expect(bus.calls.map(idsOf)).toEqual([['evt_a1'], ['evt_b1']]);
  bus.calls[0]?.done();
  await until('the third call', () => bus.calls.length === 3);
  expect(idsOf(bus.calls[2])).toEqual(['evt_a2']);
  bus.calls[2]?.done();
  bus.calls[1]?.done();
  await delivery.attempts(3);
});

test('a call that is not answered ends with the deadline, and its entries are tried again', async () => {
  const { bus, delivery } = await startBus();
  bus.hold();
  delivery.publish(newEvent('evt_1'), newEvent('evt_2'));
  await until('the call', () => bus.calls.length === 1);
  await delivery.clock.advance(15_000);
  await delivery.attempts(2);
  expect(delivery.reports.map(({ reason }) => reason)).toEqual(['timeout 15000 ms', 'timeout 15000 ms']);
});

test('nobody at the endpoint is a failure like any other', async () => {
  const { delivery } = await startBus({ endpoint: 'http://127.0.0.1:1' });
  delivery.publish(newEvent('evt_1'));
  await delivery.attempts(1);
  expect(delivery.reports[0]?.reason).toBe('connect ECONNREFUSED');
});

test('the sender for a bus is made from its target', async () => {
  const { bus } = await startBus();
  const sender = await createSender(
    {
      ...{
        kind: 'eventBridge',
        name: 'bridge',
        busName: 'lifecycle',
        region: 'eu-central-1',
        endpoint: bus.endpoint,
      },
      ...{ concurrency: 1, timeoutMs: 1000, schedule: [], ordering: 'none', dropExpired: false },
    },
    { clock: createFakeClock(), version: '1.2.3' },
  );
  await sender.close();
  expect(bus.calls).toEqual([]);
});
