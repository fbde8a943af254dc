import { expect, test } from 'vitest';
import type { DeliveryEvent } from '../../../../watcher/delivery/delivery-store.ts';
import type { Journal } from '../../../../watcher/journal/open-journal.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { batchOf, newEvent, openTestJournal } from '../../journal/journal-events.ts';
import { startDelivery, webhookTarget } from '../delivery-setup.ts';

/** Deliveries to a receiver that takes all, and what the journal is asked meanwhile. */
function setUp(fields: Parameters<typeof webhookTarget>[1] = {}) {
  const clock = createFakeClock();
  const opened = openTestJournal({ clock });
  const asked: string[] = [];
  const sent: DeliveryEvent[] = [];
  const journal: Journal = {
    ...opened,
    due(...question) {
      asked.push('due');
      return opened.due(...question);
    },
    load(sequences) {
      asked.push('load');
      return opened.load(sequences);
    },
  };
  const delivery = startDelivery({
    targets: [webhookTarget('https://receiver.example/hooks', fields)],
    ...{ journal, clock },
    senderOf: () => ({
      async send(event) {
        sent.push(event);
        return { kind: 'delivered', status: 202 };
      },
      async close() {},
    }),
  });
  return { ...delivery, asked, sent };
}

const idsOf = (sent: readonly DeliveryEvent[]) => sent.map(({ eventId }) => eventId);

test('what is stored while nothing waits is sent without reading it back, as the journal has it', async () => {
  const { journal, publish, attempts, asked, sent } = setUp();
  asked.length = 0;
  publish(newEvent('evt_a'), newEvent('evt_b', { expiresAtMs: 7.4 }));
  expect(asked).toEqual([]);
  expect(idsOf(sent)).toEqual(['evt_a', 'evt_b']);
  const stored = journal.load([1, 2]);
  for (const event of sent) {
    const kept = stored.get(event.sequence);
    expect({ ...event, body: Buffer.from(event.body) }).toEqual(
      kept && { ...kept, body: Buffer.from(kept.body) },
    );
  }
  await attempts(2);
  expect(journal.waiting('bridge')).toBe(0);
});

test('what was stored before, and had to wait, goes out first', async () => {
  const { journal, publish, attempts, sent, dispatcher } = setUp({ concurrency: 1 });
  publish(newEvent('evt_first'));
  journal.commit(batchOf(newEvent('evt_second')));
  dispatcher.wake(['bridge']);
  publish(newEvent('evt_third'));
  expect(idsOf(sent)).toEqual(['evt_first']);
  await attempts(3);
  expect(idsOf(sent)).toEqual(['evt_first', 'evt_second', 'evt_third']);
});

test('where an order is kept, or there is no room, the journal is asked', async () => {
  const ordered = setUp({ ordering: 'container' });
  ordered.asked.length = 0;
  ordered.publish(newEvent('evt_a', { partitionKey: 'p' }), newEvent('evt_b', { partitionKey: 'p' }));
  expect(idsOf(ordered.sent)).toEqual(['evt_a']);
  expect(ordered.asked).toContain('due');

  const narrow = setUp({ concurrency: 1 });
  for (const id of ['evt_1', 'evt_2', 'evt_3']) narrow.publish(newEvent(id));
  await narrow.attempts(3);
  expect(idsOf(narrow.sent)).toEqual(['evt_1', 'evt_2', 'evt_3']);
});
