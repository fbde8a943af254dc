import { existsSync } from 'node:fs';
import { systemClock } from '../../../settings/ambient/clock.ts';
import { openJournal } from '../../../watcher/journal/open-journal.ts';
import { batchOf, newEvent } from './journal-events.ts';

/** Stores in the journal in argv[2], delivers from it and removes of it as much at a time as a busy watcher does. */
const [directory = ''] = process.argv.slice(2);
const BATCHES = 8;
const EVENTS_A_BATCH = 500;
const OUTCOMES_AT_A_TIME = 256;
const retentionMs = 1_000;
const journal = openJournal({ directory, allowVolatile: true, clock: systemClock, retentionMs });

for (let batch = 0; batch < BATCHES; batch += 1) {
  const events = Array.from({ length: EVENTS_A_BATCH }, (_, at) => {
    // Neighbours are stored far from each other in what is ordered by ids or by containers.
    const place = (at * 7_919 + batch * 104_729) % 1_000_003;
    return newEvent(`evt_${String(place).padStart(8, '0')}${batch}`, {
      partitionKey: `pod-${place}/app`,
      encode: () => Buffer.alloc(1_300, 'x'),
      subscriptions: ['bridge', 'in-order'],
    });
  });
  journal.commit({ ...batchOf(...events), pods: events.map(({ id }) => ({ key: id, json: id.repeat(40) })) });
}
for (const [subscription, ordering] of [
  ['bridge', 'none'],
  ['in-order', 'container'],
] as const) {
  for (;;) {
    const due = journal.due(subscription, { limit: OUTCOMES_AT_A_TIME, ordering });
    if (due.length === 0) break;
    journal.recordOutcomes(
      due.map(({ sequence }) => ({
        ...{ subscription, sequence, attempt: 1, atMs: 0, durationMs: 1, status: 202, outcome: 'delivered' },
        next: { kind: 'delivered' as const },
      })),
    );
  }
}
existsSync('/step/remove');
while (journal.removeExpired(systemClock.nowMs() + 10 * retentionMs).more);
journal.close();
