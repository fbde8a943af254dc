import type { Dispatcher } from '../delivery/queue/dispatcher.ts';
import type { JournalledEvent } from '../ingest/lifecycle-journal.ts';
import type { WatcherMetrics } from '../metrics/watcher-metrics.ts';
import { handOver } from './hand-over.ts';
import type { Replica } from './open-replica.ts';
import type { WatcherDeps } from './watcher-deps.ts';

/** Call with the events of each commit that are really new, right after it. */
export type AnnounceStored = (events: readonly JournalledEvent[]) => void;

/** Who hears of what was stored, in this order. */
export function announceStored(to: {
  readonly replica: Pick<Replica, 'onStored' | 'isAlone'>;
  readonly dispatcher: Pick<Dispatcher, 'wake' | 'deliver'>;
  readonly metrics: Pick<WatcherMetrics, 'onStored'>;
  readonly observer: WatcherDeps['observer'];
}): AnnounceStored {
  const { replica, dispatcher, metrics, observer } = to;
  const listeners: readonly AnnounceStored[] = [
    // What the leader has delivered already is settled before it could be sent.
    replica.onStored,
    (events) =>
      replica.isAlone
        ? handOver(events, dispatcher)
        : dispatcher.wake(new Set(events.flatMap(({ event }) => event.subscriptions))),
    metrics.onStored,
    (events) => observer?.onStored?.(events),
  ];
  return (events) => {
    for (const listener of listeners) listener(events);
  };
}
