import { existsSync } from 'node:fs';
import { systemClock } from '../../../settings/ambient/clock.ts';
import type { DeliveryRecord } from '../../../watcher/delivery/delivery-store.ts';
import { openJournal } from '../../../watcher/journal/open-journal.ts';
import { batchOf, newEvent } from './journal-events.ts';

/**
 * Stores events and outcomes in the journal in argv[2]. Before each step it looks for a file of the step's name, which a
 * tracer sees.
 */
const [directory = ''] = process.argv.slice(2);
/** Together more than the 0.7 of a checkpoint's pages at which outcomes do it, and less than all of them. */
const FILLING = { events: 42, bodyBytes: 100_000 };
/** Together more than the quarter of those pages at which a list does it. */
const LISTING = { commits: 24, podBytes: 100_000 };
const journal = openJournal({ directory, allowVolatile: true, clock: systemClock });
let made = 0;

function store(bodyBytes = 1_000): void {
  made += 1;
  journal.commit(batchOf(newEvent(`evt_${made}`, { encode: () => Buffer.alloc(bodyBytes, 'x') })));
}

function recordOutcome(fields: Partial<DeliveryRecord> = {}): void {
  const [due] = journal.due('bridge', { limit: 1, ordering: 'none' });
  if (due === undefined) throw new Error('nothing is due');
  const record = { subscription: 'bridge', sequence: due.sequence, attempt: 1, atMs: 0, durationMs: 1 };
  const delivered = { status: 202, outcome: 'delivered', next: { kind: 'delivered' as const } };
  journal.recordOutcomes([{ ...record, ...delivered, ...fields }]);
}

function failToRecord(): void {
  try {
    // No column takes it.
    recordOutcome({ outcome: Symbol('unstorable') as unknown as string });
  } catch {
    return;
  }
  throw new Error('it was stored');
}

function fill(): void {
  for (let at = 0; at < FILLING.events; at += 1) store(FILLING.bodyBytes);
}

function list(): void {
  for (let at = 0; at < LISTING.commits; at += 1)
    journal.commit({ ...batchOf(), pods: [{ key: `pod-${at}`, json: 'x'.repeat(LISTING.podBytes) }] });
}

const steps = {
  event: () => store(),
  outcome: () => recordOutcome(),
  'event after an outcome': () => store(),
  'outcome that fails': failToRecord,
  'event after a failure': () => store(),
  'many events': fill,
  'outcome after many events': () => recordOutcome(),
  'event after a checkpoint': () => store(),
  'list of Pods': list,
  'events after a list': fill,
};
for (const [name, step] of Object.entries(steps)) {
  existsSync(`/step/${name}`);
  step();
}
existsSync('/step/the end');
