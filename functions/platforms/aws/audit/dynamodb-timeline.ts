import type { StoredRecord } from '../../../audit/stored-record.ts';
import { recordedAtMsOf } from '../../../audit/stored-record.ts';
import { eventOf, readableContent } from '../../../audit/timeline-entry.ts';
import type { FeedPart, Timeline } from '../../../timeline/timeline.ts';
import { chainKey } from './audit-keys.ts';
import type { AuditTable } from './audit-table.ts';
import { readChain } from './dynamodb-audit-reader.ts';
import { formatFeedCursor, MOST_STREAMS, parseFeedCursor, shortName, unknownCursor } from './feed-cursor.ts';
import { createNewestFirst, type Found, joinFound, type Search } from './newest-first.ts';
import { storedRecord } from './record-item.ts';
import { runningEntries } from './running-entries.ts';
import type { StreamRegistry } from './stream-registry.ts';
import { readEntries } from './timeline-entries.ts';

const MOST_ENTRIES = 2_000;

/** What the page reads, from DynamoDB. */
export function createDynamoDbTimeline(table: AuditTable, registry: StreamRegistry): Timeline {
  const search = createNewestFirst(table, registry);

  const entriesOf = (eventIds: readonly string[]) => readEntries(table, eventIds);
  /** Those that the filter names, and those without a Pod, of which Pod and container are not asked. */
  const searchEvents = async ({ filter, ...part }: Search): Promise<Found> => {
    const { pod, container, ...others } = filter;
    if ((filter.namespace ?? pod ?? container) === undefined)
      return search({ filter, kind: 'event', ...part });
    const named = search({ filter, kind: 'event', podless: false, ...part });
    const podless = search({ filter: others, kind: 'event', podless: true, ...part });
    return joinFound(await Promise.all([named, podless]), part.limit);
  };
  const followed = async () => (await registry.streams()).slice(0, MOST_STREAMS);

  return {
    window: async ({ fromMs, toMs, filter }, limit, after) => {
      checkLimit(limit);
      const found = await searchEvents({ filter: { ...filter, fromMs, toMs }, limit, after });
      const ids = found.items.flatMap((item) => eventOf(storedRecord(item)) ?? []);
      return { entries: await entriesOf(ids), next: found.next };
    },
    running: async (filter, limit) => {
      checkLimit(limit);
      return runningEntries(table, filter, limit);
    },
    now: async () => {
      const streams = await followed();
      const heads = await Promise.all(
        streams.map(async (stream) => [shortName(stream), await lastPosition(table, stream)] as const),
      );
      return formatFeedCursor(new Map(heads));
    },
    feed: async (cursor, limit) => {
      checkLimit(limit);
      return readFeed(cursor, limit);
    },
    entries: entriesOf,
    entry: async (eventId) => (await readEntries(table, [eventId], 'whole'))[0] ?? null,
  };

  async function readFeed(cursor: string, limit: number): Promise<FeedPart> {
    const places = new Map(parseFeedCursor(cursor));
    const parts = await Promise.all(
      (await followed()).map(async (stream) => {
        const after = places.get(shortName(stream)) ?? 0;
        const records = await readChain(table, stream, after, limit);
        // The table was replaced since: from here the reader would never hear of anything.
        if (records.length === 0 && (await lastPosition(table, stream)) < after) throw unknownCursor();
        return records;
      }),
    );
    const next = oldestFirst(parts).slice(0, limit);
    for (const { stream, position } of next) places.set(shortName(stream), position);
    const ids = next.flatMap((record) => eventOf(record) ?? []);
    return { entries: await entriesOf([...new Set(ids)]), cursor: formatFeedCursor(places) };
  }
}

/** Records of several chains by the time they were written, each chain in its own order. */
function oldestFirst(chains: readonly (readonly StoredRecord[])[]): readonly StoredRecord[] {
  const dated = chains.flatMap((records) => {
    let latestMs = 0;
    return records.map((record) => {
      // Clocks differ between writers: within a chain no record counts as older than the one before.
      const content = readableContent(record);
      latestMs = Math.max(latestMs, content === null ? 0 : recordedAtMsOf(content));
      return { record, atMs: latestMs };
    });
  });
  return dated.toSorted((a, b) => a.atMs - b.atMs).map(({ record }) => record);
}

async function lastPosition(table: AuditTable, stream: string): Promise<number> {
  const range = { partition: chainKey(stream, 0).pk, newestFirst: true, limit: 1, attributes: ['position'] };
  return Number((await table.page(range)).items[0]?.position ?? 0);
}

function checkLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST_ENTRIES) return;
  throw new RangeError(`the timeline gives 1 to ${MOST_ENTRIES} entries at once, not ${limit}`);
}
