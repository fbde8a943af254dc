import { expect, test } from 'vitest';
import { JournalWriteError } from '../../../../watcher/journal/database/journal-error.ts';
import { hang, type Receiver, startReceiver } from '../../../support/receiver.ts';
import { until } from '../../../support/until.ts';
import { newEvent, openTestJournal } from '../../journal/journal-events.ts';
import { startDelivery, webhookTarget } from '../delivery-setup.ts';

const ids = ({ requests }: Receiver) => requests.map(({ headers }) => headers['webhook-id']);

const both = (id: string) => newEvent(id, { subscriptions: ['one', 'two'] });

/** A receiver that answers when it is told to. */
async function startSlowReceiver() {
  const receiver = await startReceiver();
  const answers: (() => void)[] = [];
  receiver.answer((response) => answers.push(() => response.writeHead(202).end()));
  return { receiver, answer: () => answers.shift()?.() };
}

test('a subscription that is added gets what waits for it, and what comes', async () => {
  const [one, two] = [await startReceiver(), await startReceiver()];
  const delivery = startDelivery({ targets: [webhookTarget(one.url, { name: 'one' })] });
  delivery.publish(both('evt_1'), both('evt_2'));
  await delivery.attempts(2);
  expect(two.requests).toEqual([]);

  delivery.add(webhookTarget(two.url, { name: 'two' }));
  await delivery.attempts(4);
  delivery.publish(both('evt_3'));
  await delivery.attempts(6);
  expect([ids(one), ids(two)]).toEqual([
    ['evt_1', 'evt_2', 'evt_3'],
    ['evt_1', 'evt_2', 'evt_3'],
  ]);
  expect(delivery.journal.queues()).toEqual([]);
});

test('one name is delivered once', async () => {
  const receiver = await startReceiver();
  const delivery = startDelivery({ targets: [webhookTarget(receiver.url, { name: 'one' })] });
  expect(() => delivery.add(webhookTarget(receiver.url, { name: 'one' }))).toThrow(
    new RangeError('the subscription one is delivered already'),
  );
});

test('a removed one lets what is in flight end and keeps the rest, while the others go on', async () => {
  const { receiver, answer } = await startSlowReceiver();
  const two = await startReceiver();
  const targets = [
    webhookTarget(receiver.url, { name: 'one', concurrency: 1 }),
    webhookTarget(two.url, { name: 'two' }),
  ];
  const delivery = startDelivery({ targets });
  delivery.publish(both('evt_1'), both('evt_2'));
  await receiver.received(1);
  const removed = delivery.dispatcher.remove('one', { drainMs: 10_000 });
  delivery.publish(both('evt_3'));
  await two.received(3);
  answer();
  await removed;
  expect(ids(receiver)).toEqual(['evt_1']);
  expect(delivery.reports.filter(({ subscription }) => subscription === 'one')).toMatchObject([
    { eventId: 'evt_1', outcome: 'delivered' },
  ]);
  await delivery.attempts(4);
  expect(delivery.journal.queues()).toMatchObject([{ subscription: 'one', pending: 2, dead: 0 }]);
});

test('a delivery that hangs holds up a removal until its deadline only, and no other subscription', async () => {
  const [one, two] = [await startReceiver(), await startReceiver()];
  one.answer(hang);
  const targets = [webhookTarget(one.url, { name: 'one' }), webhookTarget(two.url, { name: 'two' })];
  const delivery = startDelivery({ targets });
  delivery.publish(both('evt_1'));
  await one.received(1);
  let isRemoved = false;
  const removed = delivery.dispatcher.remove('one', { drainMs: 5_000 }).then(() => {
    isRemoved = true;
  });
  delivery.publish(both('evt_2'));
  await two.received(2);
  await delivery.clock.advance(4_999);
  expect(isRemoved).toBe(false);
  await delivery.clock.advance(1);
  await removed;
  expect(delivery.reports.map(({ subscription }) => subscription)).toEqual(['two', 'two']);
  expect(delivery.journal.due('one', { limit: 9, ordering: 'none' })).toMatchObject([
    { sequence: 1, attempts: 0 },
    { sequence: 2, attempts: 0 },
  ]);
});

test('one that was removed and is added again goes on where it was, and nothing is sent or counted twice', async () => {
  const { receiver, answer } = await startSlowReceiver();
  const target = webhookTarget(receiver.url, { name: 'one', concurrency: 2 });
  const delivery = startDelivery({ targets: [target] });
  delivery.publish(...['evt_1', 'evt_2', 'evt_3'].map(both));
  await receiver.received(2);
  const removed = delivery.dispatcher.remove('one', { drainMs: 10_000 });
  delivery.add(target);
  delivery.publish(both('evt_4'));
  // What the one before has in flight is not the new one's to send.
  await delivery.clock.advance(100);
  expect(ids(receiver)).toEqual(['evt_1', 'evt_2']);
  answer();
  answer();
  await removed;
  await receiver.received(4);
  answer();
  answer();
  await delivery.attempts(4);
  expect(ids(receiver)).toEqual(['evt_1', 'evt_2', 'evt_3', 'evt_4']);
  expect(delivery.reports.map(({ eventId, attempt, outcome }) => [eventId, attempt, outcome])).toEqual(
    ['evt_1', 'evt_2', 'evt_3', 'evt_4'].map((id) => [id, 1, 'delivered']),
  );
  expect(delivery.journal.due('one', { limit: 9, ordering: 'none' })).toEqual([]);
});

test('what was abandoned is the first attempt of the one that is added again', async () => {
  const [silent, receiver] = [await startReceiver(), await startReceiver()];
  silent.answer(hang);
  const delivery = startDelivery({ targets: [webhookTarget(silent.url, { name: 'one' })] });
  delivery.publish(both('evt_1'));
  await silent.received(1);
  const removed = delivery.dispatcher.remove('one', { drainMs: 0 });
  await delivery.clock.advance(0);
  await removed;
  delivery.add(webhookTarget(receiver.url, { name: 'one' }));
  await delivery.attempts(1);
  expect(delivery.reports).toMatchObject([{ eventId: 'evt_1', attempt: 1, outcome: 'delivered' }]);
});

test('an outcome that cannot be stored yet keeps the one that is added again from sending it twice', async () => {
  const receiver = await startReceiver();
  const journal = openTestJournal();
  let full = true;
  const recordOutcomes: typeof journal.recordOutcomes = (records) => {
    if (full) throw new JournalWriteError('full', 'no space');
    journal.recordOutcomes(records);
  };
  const target = webhookTarget(receiver.url, { name: 'one' });
  const delivery = startDelivery({ targets: [target], journal: { ...journal, recordOutcomes } });
  delivery.publish(both('evt_1'));
  await delivery.attempts(1);
  await delivery.dispatcher.remove('one', { drainMs: 0 });
  delivery.add(target);
  delivery.publish(both('evt_2'));
  await delivery.clock.advance(5_000);
  expect(ids(receiver)).toEqual(['evt_1']);

  full = false;
  await delivery.clock.advance(1_000);
  await delivery.attempts(2);
  expect(ids(receiver)).toEqual(['evt_1', 'evt_2']);
  expect(delivery.storeErrors.length).toBeGreaterThan(0);
});

test('one that is added and removed again and again is delivered once each time it is there', async () => {
  const { receiver, answer } = await startSlowReceiver();
  const target = webhookTarget(receiver.url, { name: 'one', concurrency: 1 });
  const delivery = startDelivery({ targets: [target] });
  delivery.publish(both('evt_1'));
  await receiver.received(1);
  const removals = [delivery.dispatcher.remove('one', { drainMs: 10_000 })];
  for (let round = 0; round < 3; round++) {
    delivery.add(target);
    removals.push(delivery.dispatcher.remove('one', { drainMs: 10_000 }));
  }
  delivery.add(target);
  delivery.publish(both('evt_2'));
  answer();
  await Promise.all(removals);
  await receiver.received(2);
  answer();
  await delivery.attempts(2);
  expect(ids(receiver)).toEqual(['evt_1', 'evt_2']);
});

test('410 while a removed one drains ends it all the same: added again, it stays ended', async () => {
  const receiver = await startReceiver();
  let refuse = () => {};
  receiver.answer((response) => {
    refuse = () => response.writeHead(410).end();
  });
  const target = webhookTarget(receiver.url, { name: 'one', concurrency: 1 });
  const delivery = startDelivery({ targets: [target] });
  delivery.publish(both('evt_1'), both('evt_2'));
  await receiver.received(1);
  const removed = delivery.dispatcher.remove('one', { drainMs: 10_000 });
  refuse();
  await removed;
  expect(delivery.disabled).toEqual([['one', 'http 410', 2]]);
  delivery.add(target);
  await delivery.clock.advance(3600_000);
  expect(receiver.requests).toHaveLength(1);
});

test('stopping ends what a removal still waits for', async () => {
  const receiver = await startReceiver();
  receiver.answer(hang);
  const target = webhookTarget(receiver.url, { name: 'one' });
  const delivery = startDelivery({ targets: [target] });
  delivery.publish(both('evt_1'));
  await receiver.received(1);
  const removed = delivery.dispatcher.remove('one', { drainMs: 60_000 });
  delivery.add(target);
  const stopped = delivery.dispatcher.stop({ drainMs: 1_000 });
  await delivery.clock.advance(1_000);
  await Promise.all([removed, stopped]);
  expect(receiver.requests).toHaveLength(1);
  expect(delivery.reports).toEqual([]);
});

test('one that is added once all is stopped sends nothing, and its connections are closed', async () => {
  const receiver = await startReceiver();
  const closed: string[] = [];
  const delivery = startDelivery({
    targets: [],
    senderOf: ({ name }) => ({
      send: () => Promise.reject(new Error('nothing must be sent')),
      close: async () => void closed.push(name),
    }),
  });
  delivery.publish(both('evt_1'));
  await delivery.dispatcher.stop({ drainMs: 0 });
  delivery.add(webhookTarget(receiver.url, { name: 'one' }));
  await until('it is closed', () => closed.length > 0);
  expect(closed).toEqual(['one']);
  expect(delivery.reports).toEqual([]);
});

test('one whose standing cannot be read is taken up as soon as it can be', async () => {
  const receiver = await startReceiver();
  const journal = openTestJournal();
  let broken = true;
  const standing: typeof journal.standing = (name) => {
    if (broken) throw new Error('the disk does not answer');
    return journal.standing(name);
  };
  const delivery = startDelivery({ targets: [], journal: { ...journal, standing } });
  delivery.publish(both('evt_1'));
  delivery.add(webhookTarget(receiver.url, { name: 'one' }));
  await delivery.clock.advance(500);
  expect(delivery.storeErrors).toHaveLength(1);
  broken = false;
  await delivery.clock.advance(500);
  await delivery.attempts(1);
  expect(ids(receiver)).toEqual(['evt_1']);
});
