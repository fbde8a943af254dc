import type { AuditFilter } from '../../../audit/audit-reader.ts';
import { matchesAuditFilter } from '../../../audit/matches-audit-filter.ts';
import type { RecordContent } from '../../../audit/stored-record.ts';
import { concernsNamespace } from '../../../timeline/matches-timeline-filter.ts';
import type { Item } from '../dynamodb/dynamodb-item.ts';
import { BY_POD, BY_TIME, dayOf, NO_POD, paddedTime } from './audit-keys.ts';
import type { AuditTable } from './audit-table.ts';
import { readRecent } from './recent-records.ts';
import { contentOf } from './record-item.ts';
import type { StreamRegistry } from './stream-registry.ts';

export type Search = {
  readonly filter: AuditFilter;
  /** Only records of that kind. */
  readonly kind?: RecordContent['kind'];
  /** Only events that name no Pod, and a filter's namespace or none; or only those that name one. */
  readonly podless?: boolean;
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string | undefined;
};

/** @property next where the search goes on; null when it has come to its end. */
export type Found = { readonly items: readonly Item[]; readonly next: string | null };

/** Pages of an index that one search reads. A rare find in a long time may take several searches. */
const MOST_PAGES = 25;
/** Looked at per page, at least: many are filtered out only after they were read. */
const LEAST_LOOKED_AT = 100;
const CURSOR = /^[A-Za-z0-9_-]{1,1400}$/;
const PLACE = /^\d{15}#\d{16}#/;
const EVER = Number.MAX_SAFE_INTEGER;
const DAY_MS = 86_400_000;

/** One partition of an index, and the part of it that is searched. */
type Stretch = { readonly keys: typeof BY_POD; readonly partition: string; readonly end: string };

/**
 * Searches newest first: a Pod's own partition where the filter names one, otherwise day by day. Everything else of the
 * filter is applied to what was read. Because the indexes follow the table only after a moment, a first page also looks
 * at the ends of the chains themselves.
 */
export function createNewestFirst(table: AuditTable, registry: StreamRegistry) {
  return async function search(wanted: Search): Promise<Found> {
    if (wanted.after !== undefined) return searchIndex(wanted, parseCursor(wanted.after));
    const [found, recent] = await Promise.all([searchIndex(wanted), readRecent(table, registry)]);
    return merge(
      found,
      recent.filter((item) => isWanted(wanted, item)),
      wanted.limit,
    );
  };

  /** @param after the place of a record that is known already. */
  async function searchIndex({ filter, limit, ...rest }: Search, after?: string): Promise<Found> {
    const from = paddedTime(filter.fromMs ?? 0);
    let place = after ?? startOf(filter.toMs ?? EVER);
    const found: Item[] = [];
    let pages = 0;
    const pod = rest.podless ? NO_POD : filter.pod;
    for (const { keys, partition, end } of await stretches({ ...filter, pod }, place)) {
      // Also a day without anything is a step forward: there may be more of them than one search reads.
      if (end < place) place = end;
      for (let more = true; more; ) {
        if (pages === MOST_PAGES) return { items: found, next: formatCursor(place) };
        pages += 1;
        const lookAt = Math.max(limit + 1 - found.length, LEAST_LOOKED_AT);
        const page = await table.page({ keys, partition, from, to: place, newestFirst: true, limit: lookAt });
        for (const item of page.items) {
          if (item.at === place || !isWanted({ filter, limit, ...rest }, item)) continue;
          // One more than asked for tells that there is a next page.
          if (found.length === limit) return { items: found, next: formatCursor(placeOf(found.at(-1))) };
          found.push(item);
        }
        more = page.more;
        place = placeOf(page.items.at(-1)) || place;
      }
    }
    return { items: found, next: null };
  }

  async function stretches(
    { pod, fromMs = 0 }: { readonly pod: string | undefined; readonly fromMs?: number },
    to: string,
  ): Promise<readonly Stretch[]> {
    if (pod !== undefined) return [{ keys: BY_POD, partition: pod, end: to }];
    const days = await registry.days(dayOf(fromMs), dayOf(Number(to.slice(0, 15))));
    return days.map((day) => ({
      keys: BY_TIME,
      partition: day,
      end: startOf(Date.parse(`${day}T00:00:00.000Z`) + DAY_MS),
    }));
  }
}

function isWanted({ filter, kind, podless }: Search, item: Item): boolean {
  const content = readable(item);
  // What nobody can read is shown where everything is asked for: it says nothing that could match.
  if (content === null)
    return kind === undefined && Object.values(filter).every((value) => value === undefined);
  if (kind !== undefined && content.kind !== kind) return false;
  if (podless === undefined) return matchesAuditFilter(filter, content);
  if (content.kind !== 'event' || (content.pod === null) !== podless) return false;
  if (!podless) return matchesAuditFilter(filter, content);
  const { namespace, ...others } = filter;
  return concernsNamespace(content, namespace) && matchesAuditFilter(others, content);
}

function readable(item: Item): RecordContent | null {
  try {
    return contentOf(item);
  } catch {
    return null;
  }
}

/** Two searches of the same stretch as one: nothing beyond the place that both have come to. */
export function joinFound(both: readonly [Found, Found], limit: number): Found {
  const ends = both.flatMap(({ next }) => (next === null ? [] : [parseCursor(next)]));
  const end = ends.toSorted().at(-1) ?? '';
  const all = both
    .flatMap(({ items }) => items)
    .filter((item) => placeOf(item) >= end)
    .sort((a, b) => (placeOf(a) < placeOf(b) ? 1 : -1));
  const shown = all.slice(0, limit);
  if (all.length > limit) return { items: shown, next: formatCursor(placeOf(shown.at(-1))) };
  return { items: shown, next: end === '' ? null : formatCursor(end) };
}

/** What the index has, and what it is going to have; not what belongs on a later page. */
function merge({ items, next }: Found, recent: readonly Item[], limit: number): Found {
  const known = new Set(items.map(placeOf));
  const end = next === null ? '' : parseCursor(next);
  const missing = recent.filter((item) => placeOf(item) > end && !known.has(placeOf(item)));
  if (missing.length === 0) return { items, next };
  const all = [...items, ...missing].sort((a, b) => (placeOf(a) < placeOf(b) ? 1 : -1));
  const shown = all.slice(0, limit);
  return { items: shown, next: all.length > limit ? formatCursor(placeOf(shown.at(-1))) : next };
}

/** The place before all records of that time, itself no record's. */
function startOf(atMs: number): string {
  return `${paddedTime(atMs)}#${'0'.repeat(16)}#`;
}

function placeOf(item: Item | undefined): string {
  return item === undefined ? '' : String(item.at);
}

/** A place as URL-safe text. */
export function formatCursor(place: string): string {
  return Buffer.from(place, 'utf8').toString('base64url');
}

/** @throws RangeError on anything that {@link formatCursor} does not write. */
export function parseCursor(cursor: string): string {
  const place = CURSOR.test(cursor) ? Buffer.from(cursor, 'base64url').toString('utf8') : '';
  if (PLACE.test(place)) return place;
  throw new RangeError('the cursor is none of the audit trail: use one from an earlier page');
}
