import { expect, test } from 'vitest';
import type { EventSender } from '../../../../watcher/delivery/event-sender.ts';
import { newEvent, openTestJournal } from '../../journal/journal-events.ts';
import { startDelivery, webhookTarget } from '../delivery-setup.ts';

/** Answers all that is under way at once, when told to. */
function answeringTogether() {
  const sent: string[] = [];
  let waiting: (() => void)[] = [];
  const sender: EventSender = {
    send(event) {
      sent.push(event.eventId);
      return new Promise((resolve) => waiting.push(() => resolve({ kind: 'delivered', status: 202 })));
    },
    close: async () => {},
  };
  const answer = () => {
    const all = waiting;
    waiting = [];
    for (const one of all) one();
  };
  return { sender, sent, answer };
}

test('what ends together is followed up together: its next events are read at once, and each is sent once', async () => {
  const journal = openTestJournal();
  const { sender, sent, answer } = answeringTogether();
  const reads: number[] = [];
  const counting = {
    ...journal,
    load(sequences: readonly number[]) {
      reads.push(sequences.length);
      return journal.load(sequences);
    },
  };
  const target = webhookTarget('http://127.0.0.1:9/', { concurrency: 16 });
  const delivery = startDelivery({ targets: [target], journal: counting, senderOf: () => sender });
  delivery.publish(...Array.from({ length: 160 }, (_, index) => newEvent(`evt_${index}`)));
  // Nothing is known yet of how many are taken at a time; no more is read than there is room for.
  expect(reads).toEqual([1, 2, 4, 8, 1]);
  for (let round = 1; round <= 10; round += 1) {
    answer();
    await delivery.attempts(16 * round);
  }
  expect(sent).toEqual(Array.from({ length: 160 }, (_, index) => `evt_${index}`));
  expect(reads.slice(5)).toEqual(Array.from({ length: 9 }, () => 16));
});
