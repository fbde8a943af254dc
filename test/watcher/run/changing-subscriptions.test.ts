import { expect, onTestFinished, test } from 'vitest';
import type { SubscriptionConfig } from '../../../watcher/config/watcher-config.ts';
import { startWatcher } from '../../../watcher/run/start-watcher.ts';
import type { WatcherDeps } from '../../../watcher/run/watcher-deps.ts';
import { hang, type Receiver, startReceiver } from '../../support/receiver.ts';
import { until } from '../../support/until.ts';
import { parseExposition } from '../metrics/exposition.ts';
import { subscription, watcherDeps } from './whole-watcher.ts';

async function start(subscriptions: readonly SubscriptionConfig[], observer: WatcherDeps['observer'] = {}) {
  const { deps, runPods } = await watcherDeps(subscriptions);
  const watcher = await startWatcher({ ...deps, observer });
  onTestFinished(() => watcher.stop());
  await until('it is ready', () => watcher.readiness().ready);
  return {
    book: watcher.subscriptions,
    runPods,
    /** The subscriptions that `/metrics` names. */
    async labels() {
      const text = await (await fetch(`${watcher.healthUrl}/metrics`)).text();
      const { samples = [] } = parseExposition(text).get('offhook_queue_pending') ?? {};
      return samples.map(({ labels }) => labels.subscription).toSorted();
    },
  };
}

const podsOf = ({ requests }: Receiver) =>
  requests.map(({ body }) => JSON.parse(body.toString()).data.pod.name);

test('a subscription that comes while the watcher runs gets what begins after it, and one that goes gets no more', async () => {
  const [one, two] = [await startReceiver(), await startReceiver()];
  const first = subscription('one', one.url);
  const { book, runPods, labels } = await start([first]);
  runPods('before');
  await one.received(1);
  book.replace([first, subscription('two', two.url)]);
  runPods('both');
  await Promise.all([one.received(2), two.received(1)]);
  book.replace(book.all().slice(1));
  runPods('after');
  await two.received(2);
  expect([podsOf(one), podsOf(two)]).toEqual([
    ['before', 'both'],
    ['both', 'after'],
  ]);
  expect(await labels()).toEqual(['other', 'two']);
});

test('what waits for one that went is there when it comes again, at another address, while a delivery to the old one hangs', async () => {
  const [silent, other, receiver] = [await startReceiver(), await startReceiver(), await startReceiver()];
  silent.answer(hang);
  const kept = subscription('kept', other.url);
  const hanging = subscription('moved', silent.url, { concurrency: 1, timeoutMs: 1_000 });
  const { book, runPods } = await start([hanging, kept]);
  runPods('first', 'second');
  await silent.received(1);
  await other.received(2);
  book.replace([kept]);
  runPods('meanwhile');
  await other.received(3);
  book.replace([kept, subscription('moved', receiver.url)]);
  runPods('third');
  await receiver.received(3);
  expect(new Set(podsOf(receiver))).toEqual(new Set(['first', 'second', 'third']));
  expect(receiver.requests).toHaveLength(3);
  expect(podsOf(silent)).toHaveLength(1);
});

test('a change between what a batch stored and its delivery loses nothing: it waits for whoever comes', async () => {
  const [one, two, three] = [await startReceiver(), await startReceiver(), await startReceiver()];
  const [first, second, third] = [
    subscription('one', one.url),
    subscription('two', two.url),
    subscription('three', three.url),
  ];
  const { book, runPods } = await start([first, second], {
    onStored(events) {
      // Stored for the first and the second; from here on there is no first, but a third.
      if (events.some(({ event }) => event.subscriptions.length > 0) && book.all().includes(first))
        book.replace([second, third]);
    },
  });
  runPods('changed');
  await two.received(1);
  runPods('later');
  await Promise.all([two.received(2), three.received(1)]);
  book.replace([first, second, third]);
  await one.received(1);
  const told = [one, two, three].map(podsOf);
  expect(told[1]).toEqual(['changed', 'later']);
  expect(told[2]).toEqual(['later']);
  // Sent before it went, or waiting until it came again: once.
  expect(told[0]).toEqual(['changed']);
});
