import type { HandlerRun } from '../consumer/run-log.ts';
import type { Timeline, TimelineEntry, TimelineFilter } from '../page/timeline.ts';
import { parseContent } from './parse-content.ts';
import { formatPlace } from './place.ts';
import { queryRecords, type RecordQuery, type RecordRow } from './record-query.ts';
import type { Sql } from './sql.ts';

const RUNS_OF = `SELECT content FROM audit_records
  WHERE event_id IN (SELECT value FROM json_each(?)) AND kind = 'run' ORDER BY seq`;
const EVENTS_OF = `SELECT content FROM audit_records
  WHERE record_id IN (SELECT value FROM json_each(?)) AND kind = 'event' ORDER BY seq`;
const CHANGES = `SELECT seq, event_id AS eventId FROM audit_records WHERE seq > ? ORDER BY seq LIMIT ?`;
const LAST = `SELECT ifnull(max(seq), 0) AS seq FROM audit_records`;

const FILTERS: readonly (keyof TimelineFilter)[] = ['cluster', 'namespace', 'pod', 'container'];
const MOST_ENTRIES = 2_000;
const FEED_CURSOR = /^\d{1,15}$/;

type ContentRow = { readonly content: string };
type Change = { readonly seq: number; readonly eventId: string | null };

/** What the page reads, from SQL. */
export function createSqlTimeline(sql: Sql): Timeline {
  /** Events with their runs, in the order of the rows. */
  const withRuns = async (rows: readonly ContentRow[]): Promise<readonly TimelineEntry[]> => {
    const events = rows
      .map(({ content }) => parseContent(content))
      .filter((content) => content.kind === 'event');
    if (events.length === 0) return [];
    const ids = JSON.stringify(events.map(({ eventId }) => eventId));
    const runs = runsByEvent((await sql.all(RUNS_OF, [ids])) as readonly ContentRow[]);
    return events.map(({ kind: _, ...facts }) => ({ ...facts, runs: runs.get(facts.eventId) ?? [] }));
  };
  const eventsOf = async (eventIds: readonly string[]) =>
    withRuns((await sql.all(EVENTS_OF, [JSON.stringify(eventIds)])) as readonly ContentRow[]);
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
      return withRuns((await sql.all(text, [...values, limit])) as readonly ContentRow[]);
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
    entry: async (eventId) => (await eventsOf([eventId]))[0] ?? null,
  };
}

/** Newest first: the events that the filter names, and those without a Pod, which only their cluster is asked of. */
async function queryEvents(
  sql: Sql,
  { filter, ...part }: Omit<RecordQuery, 'kind'>,
): Promise<readonly RecordRow[]> {
  const { namespace, pod, container, ...others } = filter;
  const named = queryRecords(sql, { filter, kind: 'event', ...part });
  if ((namespace ?? pod ?? container) === undefined) return named;
  const podless = queryRecords(sql, { filter: others, kind: 'event', podless: true, ...part });
  const rows = (await Promise.all([named, podless])).flat();
  return rows.sort((a, b) => b.atMs - a.atMs || b.seq - a.seq).slice(0, part.limit);
}

/** The statement of `running`; its last value, the limit, is still to be added. */
export function runningStatement(filter: TimelineFilter) {
  const given = FILTERS.filter((field) => filter[field] !== undefined);
  // The search goes through the open runs, of which there are few, and never through all that was recorded.
  const text = `SELECT r.content FROM audit_open_runs o CROSS JOIN audit_records r ON r.record_id = o.event_id
    WHERE ${['true', ...given.map((field) => `+r.${field} = ?`)].join(' AND ')}
    ORDER BY o.since_ms DESC, o.rowid DESC LIMIT ?`;
  return { text, values: given.flatMap((field) => filter[field] ?? []) };
}

function runsByEvent(rows: readonly ContentRow[]): ReadonlyMap<string, readonly HandlerRun[]> {
  const runs = new Map<string, HandlerRun[]>();
  for (const { content } of rows) {
    const parsed = parseContent(content);
    if (parsed.kind !== 'run') continue;
    const { kind: _, ...run } = parsed;
    const others = runs.get(run.eventId);
    if (others === undefined) runs.set(run.eventId, [run]);
    else others.push(run);
  }
  return runs;
}

function unknownCursor(): RangeError {
  return new RangeError('the cursor is none of this timeline: begin again with the page');
}

function checkLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST_ENTRIES) return;
  throw new RangeError(`the timeline gives 1 to ${MOST_ENTRIES} entries at once, not ${limit}`);
}
