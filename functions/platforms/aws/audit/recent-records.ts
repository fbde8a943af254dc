import type { Item } from '../dynamodb/dynamodb-item.ts';
import { chainKey } from './audit-keys.ts';
import type { AuditTable } from './audit-table.ts';
import { CHECKED_ATTRIBUTES } from './record-item.ts';
import type { StreamRegistry } from './stream-registry.ts';

/** Per chain: an index that is further behind than this has another problem. */
const RECENT_RECORDS = 25;
/** Chains that are looked at, as many as a feed follows. */
const MOST_STREAMS = 50;

/** The newest records of every chain, strongly consistent, in no order. */
export async function readRecent(table: AuditTable, registry: StreamRegistry): Promise<readonly Item[]> {
  const streams = (await registry.streams()).slice(0, MOST_STREAMS);
  const ends = await Promise.all(
    streams.map((stream) =>
      table.page({
        partition: chainKey(stream, 0).pk,
        newestFirst: true,
        limit: RECENT_RECORDS,
        attributes: CHECKED_ATTRIBUTES,
      }),
    ),
  );
  return ends.flatMap(({ items }) => items);
}
