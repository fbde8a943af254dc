import type { Timeline, TimelineEntry, TimelineFilter } from '../../timeline/timeline.ts';
import { answerOfRow, FILED_RECORD_COLUMNS, type FiledRow, filedRecordColumns } from '../filed-row.ts';
import { type EntryExtent, eventOf, timelineEntry } from '../timeline-entry.ts';
import { formatPlace } from './place.ts';
import { queryRecords, type RecordQuery, type RecordRow } from './record-query.ts';
import type { Sql } from './sql.ts';

const RUNS_OF = `SELECT ${FILED_RECORD_COLUMNS} FROM audit_records
  WHERE event_id IN (SELECT value FROM json_each(?)) AND kind IN ('run', 'rerun') ORDER BY seq`;
const EVENTS_OF = `SELECT ${FILED_RECORD_COLUMNS} FROM audit_records
  WHERE record_id IN (SELECT value FROM json_each(?)) AND kind = 'event' ORDER BY seq`;
/** Whether what is kept of an open run follows from the records. */
const IS_OPEN = `(r.hook = 'postStart' AND r.pod_uid = o.pod_uid AND r.container = o.container
  AND r.restart_count = o.restart_count AND NOT EXISTS (SELECT 1 FROM audit_records e WHERE e.hook = 'postStop'
    AND e.pod_uid = r.pod_uid AND e.container = r.container AND e.restart_count = r.restart_count))`;
const CHANGES = `SELECT seq, event_id AS eventId FROM audit_records WHERE seq > ? ORDER BY seq LIMIT ?`;
const LAST = `SELECT ifnull(max(seq), 0) AS seq FROM audit_records`;

const FILTERS: readonly (keyof TimelineFilter)[] = ['cluster', 'namespace', 'pod', 'container'];
const MOST_ENTRIES = 2_000;
const FEED_CURSOR = /^\d{1,15}$/;

type Change = { readonly seq: number; readonly eventId: string | null };

/** What the page reads, from SQL. */
export function createSqlTimeline(sql: Sql): Timeline {
  /** Events with their runs, in the order of the rows. */
  const withRuns = async (
    rows: readonly FiledRow[],
    as: EntryExtent = 'listed',
  ): Promise<readonly TimelineEntry[]> => {
    const events = await Promise.all(rows.map(answerOfRow));
    const ids = events.flatMap((event) => eventOf(event) ?? []);
    if (ids.length === 0) return [];
    const found = (await sql.all(RUNS_OF, [JSON.stringify(ids)])) as readonly FiledRow[];
    const runs = Map.groupBy(await Promise.all(found.map(answerOfRow)), eventOf);
    return events.flatMap((event) => timelineEntry(event, runs.get(eventOf(event)) ?? [], as) ?? []);
  };
  const eventsOf = async (eventIds: readonly string[], as?: EntryExtent) =>
    withRuns((await sql.all(EVENTS_OF, [JSON.stringify(eventIds)])) as readonly FiledRow[], as);
  const lastSeq = async () => ((await sql.all(LAST, [])) as readonly { readonly seq: number }[])[0]?.seq ?? 0;

  return {
    window: async ({ fromMs, toMs, filter }, limit, after) => {
      checkLimit(limit);
      const query = { filter: { ...filter, fromMs, toMs }, after, limit: limit + 1 };
      const rows = await queryEvents(sql, query);
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      const next = rows.length > limit && last !== undefined ? formatPlace(last) : null;
      return { entries: await withRuns(shown), next };
    },
    running: async (filter, limit) => {
      checkLimit(limit);
      const { text, values } = runningStatement(filter);
      const rows = (await sql.all(text, [...values, limit])) as readonly (FiledRow & {
        readonly isOpen: number;
      })[];
      const open = new Set(rows.flatMap((row) => (row.isOpen === 1 ? [row.record_id] : [])));
      return (await withRuns(rows)).map((entry) =>
        open.has(entry.eventId) ? entry : { ...entry, misfiled: entry.misfiled ?? 'running' },
      );
    },
    now: async () => String(await lastSeq()),
    feed: async (cursor, limit) => {
      checkLimit(limit);
      if (!FEED_CURSOR.test(cursor)) throw unknownCursor();
      const changes = (await sql.all(CHANGES, [Number(cursor), limit])) as readonly Change[];
      const last = changes.at(-1);
      if (last === undefined) {
        // The database was replaced since: from here the reader would never hear of anything.
        if ((await lastSeq()) < Number(cursor)) throw unknownCursor();
        return { entries: [], cursor };
      }
      const eventIds = new Set(changes.flatMap(({ eventId }) => (eventId === null ? [] : [eventId])));
      return { entries: await eventsOf([...eventIds]), cursor: String(last.seq) };
    },
    entries: (eventIds) => eventsOf(eventIds),
    entry: async (eventId) => (await eventsOf([eventId], 'whole'))[0] ?? null,
  };
}

/** Newest first: the events that the filter names, and those without a Pod, of which Pod and container are not asked. */
async function queryEvents(
  sql: Sql,
  { filter, ...part }: Omit<RecordQuery, 'kind'>,
): Promise<readonly RecordRow[]> {
  const { pod, container, ...others } = filter;
  if ((filter.namespace ?? pod ?? container) === undefined)
    return queryRecords(sql, { filter, kind: 'event', ...part });
  const named = queryRecords(sql, { filter, kind: 'event', podless: false, ...part });
  const podless = queryRecords(sql, { filter: others, kind: 'event', podless: true, ...part });
  const rows = (await Promise.all([named, podless])).flat();
  return rows.sort((a, b) => b.atMs - a.atMs || b.seq - a.seq).slice(0, part.limit);
}

/** The statement of `running`; its last value, the limit, is still to be added. */
export function runningStatement(filter: TimelineFilter) {
  const given = FILTERS.filter((field) => filter[field] !== undefined);
  // The search goes through the open runs, of which there are few, and never through all that was recorded.
  const text = `SELECT ${filedRecordColumns('r.')}, ${IS_OPEN} AS isOpen
    FROM audit_open_runs o CROSS JOIN audit_records r ON r.record_id = o.event_id
    WHERE ${['true', ...given.map((field) => `+r.${field} = ?`)].join(' AND ')}
    ORDER BY o.since_ms DESC, o.rowid DESC LIMIT ?`;
  return { text, values: given.flatMap((field) => filter[field] ?? []) };
}

function unknownCursor(): RangeError {
  return new RangeError('the cursor is none of this timeline: begin again with the page');
}

function checkLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST_ENTRIES) return;
  throw new RangeError(`the timeline gives 1 to ${MOST_ENTRIES} entries at once, not ${limit}`);
}
