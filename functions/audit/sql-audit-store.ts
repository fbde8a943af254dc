import type { HandlerRun, RunLog } from '../consumer/run-log.ts';
import type { AuditTrail } from '../handlers/audit.ts';
import type { Cursor, Timeline, TimelineEntry } from '../page/timeline.ts';
import { EVENT_COLUMNS, RUN_COLUMNS, recordOf, runOf, valuesOf } from './audit-rows.ts';
import type { Sql } from './sql.ts';

const list = (columns: readonly string[]) => columns.join(', ');
const marks = (columns: readonly string[]) => columns.map(() => '?').join(', ');

const ADD_EVENT = `INSERT INTO audit_events (${list(EVENT_COLUMNS)}) VALUES (${marks(EVENT_COLUMNS)})
  ON CONFLICT DO NOTHING`;
const ADD_RUN = `INSERT INTO handler_runs (${list(RUN_COLUMNS)}) VALUES (${marks(RUN_COLUMNS)})
  ON CONFLICT DO NOTHING`;
const EVENTS_OF = `SELECT ${list(EVENT_COLUMNS)} FROM audit_events
  WHERE event_id IN (SELECT value FROM json_each(?)) ORDER BY seq`;
const RUNS_OF = `SELECT ${list(RUN_COLUMNS)} FROM handler_runs
  WHERE event_id IN (SELECT value FROM json_each(?)) ORDER BY seq`;

type Place = { readonly seq: number; readonly event_id: string };

/** The audit trail in SQL, on any SQLite: D1 and `node:sqlite` differ only in how a statement is run. */
export function createSqlAuditStore(sql: Sql): AuditTrail & RunLog & Timeline {
  const places = async (table: 'audit_events' | 'handler_runs', rest: string, values: readonly number[]) =>
    (await sql.all(`SELECT seq, event_id FROM ${table} ${rest} LIMIT ?`, values)) as readonly Place[];

  const entriesOf = async (eventIds: readonly string[]): Promise<TimelineEntry[]> => {
    if (eventIds.length === 0) return [];
    const ids = JSON.stringify(eventIds);
    const events = await sql.all(EVENTS_OF, [ids]);
    const runs = (await sql.all(RUNS_OF, [ids])).map(runOf);
    return events.map(recordOf).map((record) => ({ ...record, runs: runs.filter(isOf(record.eventId)) }));
  };

  return {
    append: async (record) => {
      await sql.all(ADD_EVENT, valuesOf(record, EVENT_COLUMNS));
    },
    recordRun: async (run) => {
      await sql.all(ADD_RUN, valuesOf(run, RUN_COLUMNS));
    },
    latest: async (limit) => {
      // The cursor first: what is added while the entries are read is then shown twice, never skipped.
      const cursor = {
        events: endOf(await places('audit_events', 'ORDER BY seq DESC', [1]), 0),
        runs: endOf(await places('handler_runs', 'ORDER BY seq DESC', [1]), 0),
      };
      const newest = await places('audit_events', 'ORDER BY seq DESC', [limit]);
      return { entries: await entriesOf(newest.map((place) => place.event_id)), cursor };
    },
    since: async (after: Cursor, limit) => {
      const events = await places('audit_events', 'WHERE seq > ? ORDER BY seq', [after.events, limit]);
      const runs = await places('handler_runs', 'WHERE seq > ? ORDER BY seq', [after.runs, limit]);
      const cursor = { events: endOf(events, after.events), runs: endOf(runs, after.runs) };
      const changed = new Set([...events, ...runs].map((place) => place.event_id));
      return { entries: await entriesOf([...changed]), cursor };
    },
  };
}

function endOf(places: readonly Place[], before: number): number {
  return places.at(-1)?.seq ?? before;
}

function isOf(eventId: string) {
  return (run: HandlerRun) => run.eventId === eventId;
}
