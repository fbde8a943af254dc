import type { SubscriptionFilter } from '../../protocol/event/subscription-filter.ts';
import { systemClock } from '../../settings/ambient/clock.ts';
import { createDispatcher } from '../../watcher/delivery/queue/dispatcher.ts';
import { createWebhookSender } from '../../watcher/delivery/send/webhook-sender.ts';
import { createIngest } from '../../watcher/ingest/ingest.ts';
import { openJournal } from '../../watcher/journal/open-journal.ts';
import { createPodSource } from '../../watcher/source/pod-source.ts';
import { createSetAside } from '../../watcher/source/sink/set-aside.ts';
import { createBook } from '../../watcher/subscriptions/book.ts';
import { createMatching } from '../../watcher/subscriptions/matching.ts';
import type { WatchBytes } from '../pods/watch-bytes.ts';
import { targetAt } from './delivery-run.ts';
import { replayedCluster } from './replayed-cluster.ts';
import { CLUSTER, quietLog } from './row-context.ts';

export type ChainSubscription = { readonly name: string; readonly filter: SubscriptionFilter };

/** The whole way at full speed: from the bytes of a watch until every event is marked delivered. In ms. */
export async function runChain(
  watch: WatchBytes,
  subscriptions: readonly ChainSubscription[],
  { url, directory }: { readonly url: string; readonly directory: string },
): Promise<number> {
  const journal = openJournal({ directory, allowVolatile: false, clock: systemClock });
  const listed = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  let delivered = 0;
  const dispatcher = createDispatcher({
    store: {
      ...journal,
      recordOutcomes(records) {
        journal.recordOutcomes(records);
        delivered += records.filter(({ next }) => next.kind === 'delivered').length;
        if (delivered === watch.events) done.resolve();
      },
    },
    clock: systemClock,
    random: Math.random,
    observer: { onAttempt() {} },
    onDisabled: () => done.reject(new Error('the receiver ended its subscription')),
    onStoreError: done.reject,
  });
  for (const { name } of subscriptions) {
    const target = targetAt(url, name);
    dispatcher.add({ target, sender: createWebhookSender(target, { clock: systemClock, version: 'bench' }) });
  }
  const setAside = createSetAside({ log: quietLog, clock: systemClock });
  const ingest = createIngest({
    journal,
    cluster: CLUSTER,
    clock: systemClock,
    matching: createMatching(createBook(subscriptions)),
    onStored: (events) => dispatcher.wake(new Set(events.flatMap(({ event }) => event.subscriptions))),
    streams: ['pods', 'events'],
    follows: () => true,
    setAside,
    replayExisting: false,
  });
  const cluster = replayedCluster(watch);
  const source = createPodSource({
    cluster,
    sink: {
      resumePoint: ingest.resumePoint,
      accept(batch) {
        ingest.accept(batch);
        if (batch.kind === 'listed') listed.resolve();
      },
    },
    clock: systemClock,
    random: Math.random,
    log: quietLog,
    setAside,
    resyncIntervalMs: 3_600_000,
  });
  const running = source.start();
  await listed.promise;
  const startMs = performance.now();
  cluster.release();
  await done.promise;
  const ms = performance.now() - startMs;
  await source.stop();
  await running;
  await dispatcher.stop({ drainMs: 1_000 });
  journal.close();
  return ms;
}
