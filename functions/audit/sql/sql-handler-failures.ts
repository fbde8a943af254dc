import type { FailureFilter, FailurePage, HandlerFailures } from '../../timeline/handler-failures.ts';
import { failureOf } from '../failure-of.ts';
import { answerOfRow, type FiledRow, filedRecordColumns } from '../filed-row.ts';
import type { StoredRecord } from '../stored-record.ts';
import { formatPlace, parsePlace } from './place.ts';
import type { Sql, SqlValue } from './sql.ts';

const MOST_FAILURES = 200;
/** Runs that gave up, of which one question looks whether they are wanted. */
const MOST_LOOKED_AT = 2_000;

/** Of a handler and an event that behave differently since: any such record that was added later. */
const LATER = (outcome: string) => `EXISTS (SELECT 1 FROM audit_records l WHERE l.event_id = g.event_id
    AND l.kind = 'run' AND l.handler = g.handler AND l.run_outcome = '${outcome}' AND l.seq > g.seq)`;
/** The event's columns that can be asked for. */
const OF_EVENT = ['cluster', 'namespace', 'pod'] as const;

type FailureRow = FiledRow & {
  readonly looked: number;
  readonly lastLooked: string | null;
  readonly place: string | null;
  readonly wantedHandler: string | null;
};

/** Handlers that gave up, from SQL: one question a page, whatever is on it. */
export function createSqlHandlerFailures(sql: Sql): HandlerFailures {
  return {
    list: async (filter, { limit, after }) => {
      checkLimit(limit);
      const { text, values } = failuresStatement(filter, { limit, after });
      return pageOf((await sql.all(text, values)) as readonly FailureRow[], limit);
    },
  };
}

/** The statement of a page; one failure more than `limit` tells whether there is a next one. */
export function failuresStatement(
  filter: FailureFilter,
  { limit, after }: { readonly limit: number; readonly after: string | undefined },
) {
  const looked = lookedConditions(filter, after);
  const wanted = wantedConditions(filter);
  const text = `WITH looked AS (
      SELECT seq, at_ms, event_id, handler FROM audit_records WHERE ${looked.map(([condition]) => condition).join(' AND ')}
      ORDER BY at_ms DESC, seq DESC LIMIT ?
    ), wanted AS (
      SELECT * FROM looked g WHERE ${wanted.map(([condition]) => condition).join(' AND ')}
      ORDER BY at_ms DESC, seq DESC LIMIT ?
    )
    SELECT (SELECT count(*) FROM looked) AS looked,
      (SELECT at_ms || '-' || seq FROM looked ORDER BY at_ms, seq LIMIT 1) AS lastLooked,
      w.at_ms || '-' || w.seq AS place, w.handler AS wantedHandler, ${filedRecordColumns('r.')}
    FROM (SELECT 1) LEFT JOIN wanted w ON true LEFT JOIN audit_records r
      ON r.event_id = w.event_id AND (r.kind = 'event' OR r.handler = w.handler)
    ORDER BY w.at_ms DESC, w.seq DESC, r.seq`;
  const values = [
    ...looked.flatMap(([, ...given]) => given),
    MOST_LOOKED_AT,
    ...wanted.flatMap(([, ...given]) => given),
    limit + 1,
  ];
  return { text, values };
}

type Condition = readonly [text: string, ...values: readonly SqlValue[]];

/** What the index of outcomes, or the one of events, is searched by. */
function lookedConditions(
  { handler, eventId, fromMs, toMs }: FailureFilter,
  after: string | undefined,
): readonly Condition[] {
  const conditions: Condition[] = [
    // A plus keeps SQLite from searching by this column.
    eventId === undefined
      ? ["run_outcome = 'givenUp'"]
      : ["event_id = ? AND +run_outcome = 'givenUp'", eventId],
  ];
  if (handler !== undefined) conditions.push(['+handler = ?', handler]);
  if (fromMs !== undefined) conditions.push(['at_ms >= ?', fromMs]);
  if (toMs !== undefined) conditions.push(['at_ms < ?', toMs]);
  if (after !== undefined) {
    const { atMs, seq } = parsePlace(after);
    // The first condition is what an index can search by.
    conditions.push(['at_ms <= ? AND (at_ms < ? OR seq < ?)', atMs, atMs, seq]);
  }
  return conditions;
}

function wantedConditions(filter: FailureFilter): readonly Condition[] {
  const ofEvent = OF_EVENT.flatMap((column): readonly Condition[] => {
    const value = filter[column];
    return value === undefined ? [] : [[`+e.${column} = ?`, value]];
  });
  const conditions: Condition[] = [[`NOT ${LATER('givenUp')}`]];
  if (filter.open) conditions.push([`NOT ${LATER('completed')}`]);
  if (ofEvent.length > 0) {
    const where = ['e.record_id = g.event_id', ...ofEvent.map(([text]) => text)].join(' AND ');
    const values = ofEvent.flatMap(([, ...given]) => given);
    conditions.push([`EXISTS (SELECT 1 FROM audit_records e WHERE ${where})`, ...values]);
  }
  return conditions;
}

async function pageOf(rows: readonly FailureRow[], limit: number): Promise<FailurePage> {
  const places = Map.groupBy(
    rows.filter(({ place }) => place !== null),
    ({ place }) => place ?? '',
  );
  const shown = [...places].slice(0, limit);
  const failures = await Promise.all(
    shown.map(async ([, found]) => {
      const records: readonly StoredRecord[] = await Promise.all(found.map(answerOfRow));
      return failureOf(found[0]?.wantedHandler ?? '', records);
    }),
  );
  return {
    failures: failures.filter((failure) => failure !== null),
    next: nextOf(rows, [...places.keys()], limit),
  };
}

function nextOf(rows: readonly FailureRow[], places: readonly string[], limit: number): string | null {
  if (places.length > limit) return cursorOf(places[limit - 1] ?? null);
  const [first] = rows;
  return first === undefined || first.looked < MOST_LOOKED_AT ? null : cursorOf(first.lastLooked);
}

function cursorOf(place: string | null): string | null {
  return place === null ? null : formatPlace(parsePlace(place));
}

function checkLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST_FAILURES) return;
  throw new RangeError(`a page of handlers that gave up has 1 to ${MOST_FAILURES}, not ${limit}`);
}
