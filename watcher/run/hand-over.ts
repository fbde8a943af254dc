import type { DeliveryEvent } from '../delivery/delivery-store.ts';
import type { Dispatcher } from '../delivery/queue/dispatcher.ts';
import type { JournalledEvent } from '../ingest/lifecycle-journal.ts';

/** More are looked up: what is read together costs little each, and is not to be held in memory. */
const MOST_HANDED_OVER = 16;

/**
 * Tells the dispatcher of what was just stored. Few events, as they come one by one, are handed over with it: at a hundred
 * changes a second, reading back what is due takes a fifth of what there is between a commit and its request.
 *
 * Only where nobody else settles deliveries between the commit and this call.
 */
export function handOver(
  events: readonly JournalledEvent[],
  dispatcher: Pick<Dispatcher, 'wake' | 'deliver'>,
): void {
  if (events.length > MOST_HANDED_OVER) {
    dispatcher.wake(new Set(events.flatMap(({ event }) => event.subscriptions)));
    return;
  }
  const wanted = new Map<string, DeliveryEvent[]>();
  for (const stored of events) {
    const delivery = deliveryEvent(stored);
    for (const subscription of new Set(stored.event.subscriptions)) {
      if (stored.overQuota?.includes(subscription)) continue;
      const all = wanted.get(subscription);
      if (all === undefined) wanted.set(subscription, [delivery]);
      else all.push(delivery);
    }
  }
  for (const [subscription, deliveries] of wanted) dispatcher.deliver(subscription, deliveries);
}

function deliveryEvent({ event, sequence, body }: JournalledEvent): DeliveryEvent {
  const { id: eventId, type, partitionKey, timeMs, expiresAtMs } = event;
  return {
    ...{ sequence, eventId, type, partitionKey, body },
    timeMs: Math.round(timeMs),
    expiresAtMs: expiresAtMs === null ? null : Math.round(expiresAtMs),
    ageMs: 0,
  };
}
