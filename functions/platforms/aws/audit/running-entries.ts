import { matchesAuditFilter } from '../../../audit/matches-audit-filter.ts';
import type { TimelineEntry, TimelineFilter } from '../../../timeline/timeline.ts';
import type { Item } from '../dynamodb/dynamodb-item.ts';
import { endedKey, OPEN } from './audit-keys.ts';
import type { AuditTable } from './audit-table.ts';
import { contentOf } from './record-item.ts';
import { readEntries } from './timeline-entries.ts';

/** Pages of open runs that are searched: some ten thousand containers. */
const MOST_PAGES = 20;

/**
 * The postStart events of containers that run still, newest first. The items that say so are searched, and compared with
 * the records: `misfiled: 'running'` where it is no postStart, or an end of that run was received.
 */
export async function runningEntries(
  table: AuditTable,
  filter: TimelineFilter,
  limit: number,
): Promise<readonly TimelineEntry[]> {
  const entries = await readEntries(table, await openEvents(table, filter, limit));
  const keys = entries.flatMap((entry) => endedKey(entry) ?? []);
  const states = new Map((await table.getAll(keys)).map((item) => [nameOf(item), item]));
  return entries.map((entry) => {
    const key = endedKey(entry);
    const isOpen = entry.hook === 'postStart' && key !== null && states.get(nameOf(key))?.ended === 0;
    return isOpen ? entry : { ...entry, misfiled: entry.misfiled ?? 'running' };
  });
}

async function openEvents(
  table: AuditTable,
  filter: TimelineFilter,
  limit: number,
): Promise<readonly string[]> {
  const found: string[] = [];
  let to: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const range = { partition: OPEN, newestFirst: true, ...(to === undefined ? {} : { to }) };
    const { items, more } = await table.page(range);
    const fresh = items.filter(({ sk }) => sk !== to);
    found.push(...fresh.filter((item) => isWanted(filter, item)).map(({ eventId }) => String(eventId)));
    if (!more || found.length >= limit) break;
    to = String(items.at(-1)?.sk);
  }
  return found.slice(0, limit);
}

function isWanted(filter: TimelineFilter, item: Item): boolean {
  try {
    return matchesAuditFilter(filter, contentOf(item));
  } catch {
    return false;
  }
}

function nameOf({ pk, sk }: { readonly pk?: unknown; readonly sk?: unknown }): string {
  return `${pk}\0${sk}`;
}
