import type { AuditFilter, AuditReader, RecordPage } from '../../../audit/audit-reader.ts';
import { matchesAuditFilter } from '../../../audit/matches-audit-filter.ts';
import type { StoredRecord } from '../../../audit/stored-record.ts';
import { eventOf } from '../../../audit/timeline-entry.ts';
import { withHandled } from '../../../audit/with-handled.ts';
import type { Item } from '../dynamodb/dynamodb-item.ts';
import { chainKey, eventKey } from './audit-keys.ts';
import type { AuditTable } from './audit-table.ts';
import { readableEventItem, recordsOf } from './event-item.ts';
import { readEventRecords } from './event-records.ts';
import { answerOfItem, recordOfItem, withListings } from './filed-item.ts';
import { createNewestFirst, formatCursor, parseCursor } from './newest-first.ts';
import { CHECKED_ATTRIBUTES, contentOf } from './record-item.ts';
import type { StreamRegistry } from './stream-registry.ts';

const MOST_RECORDS = 1_000;
const MOST_EVENTS = 200;

/** Answers to questions, from DynamoDB. */
export function createDynamoDbAuditReader(table: AuditTable, registry: StreamRegistry): AuditReader {
  const search = createNewestFirst(table, registry);
  return {
    list: async (filter, { limit, after }) => {
      checkLimit(limit);
      if (filter.eventId === undefined) {
        const { items, next } = await search({ filter, limit, after });
        return { records: await Promise.all(items.map(answerOfItem)), next };
      }
      return pageOf(await recordsOfEvent(filter.eventId), filter, { limit, after });
    },
    eventsWithRuns: async (filter, { limit, after }) => {
      checkLimit(limit, MOST_EVENTS);
      const { items, next } = await search({ filter, kind: 'event', limit, after });
      const events = await Promise.all(items.map(answerOfItem));
      const ids = events.flatMap((event) => eventOf(event) ?? []);
      const handled = (await readEventRecords(table, ids)).flatMap((event) => event.handled);
      return { records: withHandled(events, handled), next };
    },
    streams: registry.streams,
    chain: async (stream, { after, limit }) => {
      checkLimit(limit);
      return withListings(table, await readChain(table, stream, after, limit));
    },
    faults: async () => [],
    body: async (eventId) => {
      const found = readableEventItem(await table.get(eventKey(eventId)));
      if (found === null || found.event === null) return null;
      const body = (await table.get(chainKey(found.stream, found.event.position)))?.body;
      return body instanceof Uint8Array ? new Uint8Array(body) : null;
    },
  };

  /** Newest first, strongly consistent. */
  async function recordsOfEvent(eventId: string): Promise<readonly Item[]> {
    const event = readableEventItem(await table.get(eventKey(eventId)));
    if (event === null) return [];
    const keys = recordsOf(event).map(({ position }) => chainKey(event.stream, position));
    const records = await table.getAll(keys, CHECKED_ATTRIBUTES);
    return records.toSorted((a, b) => (String(a.at) < String(b.at) ? 1 : -1));
  }
}

/** Up to `limit` records behind a position, without the bytes of the events. */
export async function readChain(
  table: AuditTable,
  stream: string,
  after: number,
  limit: number,
): Promise<readonly StoredRecord[]> {
  const records: StoredRecord[] = [];
  let more = true;
  let from = chainKey(stream, after + 1).sk;
  while (more && records.length < limit) {
    const page = await table.page({
      partition: chainKey(stream, 0).pk,
      from,
      limit: limit - records.length,
      attributes: CHECKED_ATTRIBUTES,
    });
    records.push(...page.items.map((item) => recordOfItem(item, CHECKED_ATTRIBUTES)));
    more = page.more && page.items.length > 0;
    // By its key, whatever position the last one says it has.
    from = `${String(page.items.at(-1)?.sk)} `;
  }
  return records;
}

/** A filter with an event's id is asked of that event's records alone. */
async function pageOf(
  items: readonly Item[],
  filter: AuditFilter,
  { limit, after }: { readonly limit: number; readonly after: string | undefined },
): Promise<RecordPage> {
  const place = after === undefined ? '~' : parseCursor(after);
  const rest = items.filter((item) => String(item.at) < place && matchesAuditFilter(filter, contentOf(item)));
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  const next = rest.length > limit && last !== undefined ? formatCursor(String(last.at)) : null;
  return { records: await Promise.all(shown.map(answerOfItem)), next };
}

function checkLimit(limit: number, most = MOST_RECORDS): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= most) return;
  throw new RangeError(`a page of the audit trail has 1 to ${most} records, not ${limit}`);
}
