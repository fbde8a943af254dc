import { Counter, type Registry } from 'prom-client';
import { CONTAINER_HOOKS } from '../../protocol/event/event-type.ts';
import { OBSERVATIONS } from '../../protocol/event/lifecycle-event.ts';
import type { JournalledEvent } from '../ingest/lifecycle-journal.ts';
import type { ListReason } from '../source/sink/source-batch.ts';

const LIST_REASONS: readonly ListReason[] = ['start', 'expired', 'epochChanged', 'resync'];

export interface EventMetrics {
  onStored(events: readonly JournalledEvent[]): void;
  onListed(reason: ListReason): void;
}

/** What was learned of the cluster. All series are there from the start, so that a first increase is one. */
export function createEventMetrics(registry: Registry): EventMetrics {
  const registers = [registry];
  const events = new Counter({
    name: 'offhook_events_total',
    help: 'Events stored in the journal, by hook and by how they were learned',
    labelNames: ['hook', 'observation'] as const,
    registers,
  });
  const gaps = new Counter({
    name: 'offhook_gaps_total',
    help: 'Declared gaps: intervals whose history the API server no longer had',
    registers,
  });
  const lists = new Counter({
    name: 'offhook_watch_lists_total',
    help: 'Complete lists of Pods, by why one was needed',
    labelNames: ['reason'] as const,
    registers,
  });
  for (const hook of CONTAINER_HOOKS)
    for (const observation of OBSERVATIONS) events.inc({ hook, observation }, 0);
  for (const hook of ['gap', 'disabled']) events.inc({ hook, observation: 'none' }, 0);
  for (const reason of LIST_REASONS) lists.inc({ reason }, 0);

  return {
    onStored(stored) {
      for (const { event } of stored) {
        events.inc({ hook: event.hook, observation: event.observation ?? 'none' });
        if (event.hook === 'gap') gaps.inc();
      }
    },
    onListed: (reason) => lists.inc({ reason }),
  };
}
