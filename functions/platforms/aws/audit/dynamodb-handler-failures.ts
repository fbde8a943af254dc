import { failureOf, matchesFailureFilter } from '../../../audit/failure-of.ts';
import type { StoredRecord } from '../../../audit/stored-record.ts';
import { readableContent } from '../../../audit/timeline-entry.ts';
import type {
  FailureFilter,
  FailurePage,
  HandlerFailure,
  HandlerFailures,
} from '../../../timeline/handler-failures.ts';
import type { HandlerRun } from '../../../timeline/run-log.ts';
import type { AuditTable } from './audit-table.ts';
import { type EventRecords, readEventRecords } from './event-records.ts';
import { createNewestFirst } from './newest-first.ts';
import { storedRecord } from './record-item.ts';
import type { StreamRegistry } from './stream-registry.ts';

const MOST_FAILURES = 200;

/**
 * Handlers that gave up, from DynamoDB: the runs that gave up, newest first, and then all records of their events at once.
 * What does not match leaves the page shorter.
 */
export function createDynamoDbHandlerFailures(table: AuditTable, registry: StreamRegistry): HandlerFailures {
  const search = createNewestFirst(table, registry);
  return {
    list: async (filter, { limit, after }) => {
      checkLimit(limit);
      if (filter.eventId !== undefined) return ofEvent(table, filter.eventId, filter);
      const { handler, fromMs, toMs } = filter;
      const gaveUp = await search({
        filter: {
          handlerOutcome: 'givenUp',
          ...(handler !== undefined && { handler }),
          ...(fromMs !== undefined && { fromMs }),
          ...(toMs !== undefined && { toMs }),
        },
        kind: 'run',
        limit,
        after,
      });
      const runs = gaveUp.items.map(storedRecord).flatMap(runOf);
      const events = await readEventRecords(table, [...new Set(runs.map(({ eventId }) => eventId))]);
      const byId = new Map(events.map((event) => [event.eventId, event]));
      const failures = runs.flatMap((run) => failureOfRun(run, byId.get(run.eventId)) ?? []);
      return { failures: failures.filter((one) => matchesFailureFilter(filter, one)), next: gaveUp.next };
    },
  };
}

/** An event has at most twenty handlers' worth of them: one page. */
async function ofEvent(table: AuditTable, eventId: string, filter: FailureFilter): Promise<FailurePage> {
  const [event] = await readEventRecords(table, [eventId]);
  const runs = (event?.handled ?? []).flatMap(runOf).filter(({ outcome }) => outcome === 'givenUp');
  const failures = runs
    .filter(
      ({ startedAtMs }) => startedAtMs >= (filter.fromMs ?? 0) && startedAtMs < (filter.toMs ?? Infinity),
    )
    .flatMap((run) => failureOfRun(run, event) ?? [])
    .filter((one) => matchesFailureFilter(filter, one));
  return { failures: failures.toSorted((a, b) => b.gaveUpAtMs - a.gaveUpAtMs), next: null };
}

/** null for a run after which the handler has given up once more: that one stands for both. */
function failureOfRun(run: HandlerRun, records: EventRecords | undefined): HandlerFailure | null {
  if (records === undefined) return null;
  const { event, handled, isWhole } = records;
  const failure = failureOf(run.handler, event === null ? handled : [event, ...handled]);
  if (failure === null || failure.attempt !== run.attempt) return null;
  return isWhole ? failure : { ...failure, misfiled: failure.misfiled ?? 'run' };
}

function runOf(record: StoredRecord): readonly HandlerRun[] {
  const content = readableContent(record);
  return content?.kind === 'run' ? [content] : [];
}

function checkLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST_FAILURES) return;
  throw new RangeError(`a page of handlers that gave up has 1 to ${MOST_FAILURES}, not ${limit}`);
}
