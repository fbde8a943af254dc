import type { RecordContent } from '../../../audit/stored-record.ts';
import { timeOf } from '../../../audit/stored-record.ts';
import { DAYS, dayOf, STREAMS } from './audit-keys.ts';
import type { AuditTable } from './audit-table.ts';

/** Which streams and which days there are, so that nobody has to search the whole table for them. */
export interface StreamRegistry {
  /** Called before records are written: what it announces may stay empty, but nothing exists unannounced. */
  announce(stream: string, contents: readonly RecordContent[]): Promise<void>;
  streams(): Promise<readonly string[]>;
  /** Days with records, newest first, `YYYY-MM-DD`, between the two (both inclusive). */
  days(from: string, to: string): Promise<readonly string[]>;
}

/** Announced already by this process; beyond so many it begins anew. */
const MOST_REMEMBERED = 10_000;

export function createStreamRegistry(table: AuditTable): StreamRegistry {
  const announced = new Set<string>();

  const announceOne = async (pk: string, sk: string): Promise<void> => {
    const name = `${pk}/${sk}`;
    if (announced.has(name)) return;
    await table.put({ pk, sk });
    if (announced.size >= MOST_REMEMBERED) announced.clear();
    announced.add(name);
  };

  return {
    announce: async (stream, contents) => {
      const days = new Set(contents.map((content) => dayOf(timeOf(content))));
      await Promise.all([announceOne(STREAMS, stream), ...[...days].map((day) => announceOne(DAYS, day))]);
    },
    streams: () => allSortKeys(table, { partition: STREAMS }),
    days: (from, to) => allSortKeys(table, { partition: DAYS, from, to, newestFirst: true }),
  };
}

const MOST_PAGES = 50;

async function allSortKeys(
  table: AuditTable,
  range: { partition: string; from?: string; to?: string; newestFirst?: boolean },
): Promise<readonly string[]> {
  const found: string[] = [];
  let rest = range;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { items, more } = await table.page(rest);
    found.push(...items.map(({ sk }) => String(sk)).filter((sk) => sk !== found.at(-1)));
    const last = found.at(-1);
    if (!more || last === undefined) return found;
    rest = range.newestFirst ? { ...range, to: last } : { ...range, from: last };
  }
  throw new Error(`the audit table has more than ${MOST_PAGES} pages of ${range.partition}`);
}
