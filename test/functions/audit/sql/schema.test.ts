import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AuditFilter } from '../../../../functions/audit/audit-reader.ts';
import { recordStatement } from '../../../../functions/audit/sql/record-query.ts';
import { AUDIT_SCHEMA } from '../../../../functions/audit/sql/schema.ts';
import { failuresStatement } from '../../../../functions/audit/sql/sql-handler-failures.ts';
import { runningStatement } from '../../../../functions/audit/sql/sql-timeline.ts';
import { auditOnSqlite } from '../../support/audit-on-sqlite.ts';
import { runOf, STREAM, sample } from '../store/sample-records.ts';

const MIGRATION = new URL('../../../../functions/audit/sql/migrations/0001_audit.sql', import.meta.url);

function open() {
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => database.close());
  return { database, ...auditOnSqlite(database) };
}

it('is the same in the migration as in the code', () => {
  const migration = readFileSync(MIGRATION, 'utf8').replace(/^--.*\n/gm, '');
  expect(migration.trim()).toBe(AUDIT_SCHEMA.map((statement) => `${statement};`).join('\n\n'));
});

describe('a search', () => {
  /** How SQLite would go about it; every line of the plan. */
  function planOf(text: string, values: readonly (string | number)[]): readonly string[] {
    const { database } = open();
    const rows = database.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...values);
    return rows.map(({ detail }) => String(detail));
  }
  const planOfQuery = (filter: AuditFilter, after?: string) => {
    const { text, values } = recordStatement({ filter, after, limit: 10 });
    return planOf(text, values as readonly (string | number)[]);
  };
  const WINDOW = { fromMs: 1, toMs: 9 };

  it.each<[string, AuditFilter, string]>([
    ['a pod', { pod: 'web-1' }, 'audit_by_pod (pod=?)'],
    ['a pod in a window', { ...WINDOW, pod: 'web-1' }, 'audit_by_pod (pod=? AND at_ms>? AND at_ms<?)'],
    [
      'a pod, and all that holds for it',
      { pod: 'a', namespace: 'b', hook: 'c', exitCode: 1 },
      'audit_by_pod (pod=?)',
    ],
    ['a pod UID', { podUid: 'uid', pod: 'web-1' }, 'audit_by_pod_uid (pod_uid=?)'],
    ['a window', WINDOW, 'audit_by_time (at_ms>? AND at_ms<?)'],
    ['a namespace', { namespace: 'shop', cluster: 'a' }, 'audit_by_namespace (namespace=?)'],
    ['an exit code', { exitCode: 137, namespace: 'shop' }, 'audit_by_exit_code (exit_code=?)'],
    ['an outcome', { outcome: 'error' }, 'audit_by_end (end_outcome=?)'],
    ['a handler', { handler: 'cleanup' }, 'audit_by_handler (handler=?)'],
    ['failed runs', { handlerOutcome: 'failed' }, 'audit_by_run_outcome (run_outcome=?)'],
  ])('for %s goes through its index, in order', (_, filter, index) => {
    expect(planOfQuery(filter)).toEqual([`SEARCH audit_records USING INDEX ${index}`]);
  });

  it('for the newest goes along the index of time, and for the next page begins where the last one ended', () => {
    expect(planOfQuery({})).toEqual(['SCAN audit_records USING INDEX audit_by_time']);
    expect(planOfQuery({}, '5-7')).toEqual(['SEARCH audit_records USING INDEX audit_by_time (at_ms<?)']);
    expect(planOfQuery({ pod: 'a' }, '5-7')).toEqual([
      'SEARCH audit_records USING INDEX audit_by_pod (pod=? AND at_ms<?)',
    ]);
  });

  it('for an event and its runs goes through the index of events', () => {
    expect(planOfQuery({ eventId: 'evt_a' })[0]).toBe(
      'SEARCH audit_records USING INDEX audit_by_event (event_id=?)',
    );
  });

  it('for what names no Pod goes through its index, in order', () => {
    const filter = { ...WINDOW, cluster: 'prod-eu-1' };
    const { text, values } = recordStatement({
      filter,
      kind: 'event',
      podless: true,
      after: '5-7',
      limit: 10,
    });
    expect(planOf(text, values as readonly (string | number)[])).toEqual([
      'SEARCH audit_records USING INDEX audit_without_pod (at_ms>? AND at_ms<?)',
    ]);
  });

  it('for handlers that gave up goes along the index of outcomes, and to their events by theirs', () => {
    const { text, values } = failuresStatement({ open: true, pod: 'web-1' }, { limit: 10, after: '5-7' });
    const plan = planOf(text, values as readonly (string | number)[]);
    const ofRecords = plan.filter((line) => /^(SEARCH|SCAN) (audit_records|[elr]) /.test(line));
    const event = 'SEARCH l USING INDEX audit_by_event (event_id=? AND kind=? AND rowid>?)';
    expect(ofRecords).toEqual([
      'SEARCH audit_records USING INDEX audit_by_run_outcome (run_outcome=? AND at_ms<?)',
      event,
      event,
      'SEARCH e EXISTS USING INDEX sqlite_autoindex_audit_records_1 (record_id=?)',
      'SEARCH r USING INDEX audit_by_event (event_id=?) LEFT-JOIN',
    ]);
  });

  it('for what runs goes through the open runs, never through the records', () => {
    const { text, values } = runningStatement({ namespace: 'shop', pod: 'web-1' });
    expect(planOf(text, [...values, 10])).toEqual([
      'SCAN o USING INDEX audit_open_runs_by_time',
      'SEARCH r USING INDEX sqlite_autoindex_audit_records_1 (record_id=?)',
      'CORRELATED SCALAR SUBQUERY 1',
      'SEARCH e USING INDEX audit_ends_of_runs (pod_uid=? AND container=? AND restart_count=?)',
    ]);
  });
});

describe('the database itself', () => {
  it('lets nobody change a record', async () => {
    const { database, trail } = open();
    await trail.append(await sample('a'));
    expect(() => database.exec(`UPDATE audit_records SET content = '{}'`)).toThrow('never changed');
    expect(() => database.exec(`REPLACE INTO audit_records SELECT * FROM audit_records`)).toThrow();
  });

  it('keeps no open run of a postStart that is gone', async () => {
    const { database, trail } = open();
    await trail.append(await sample('a', { recordedAtMs: 5 }));
    const openRuns = () => database.prepare('SELECT count(*) AS count FROM audit_open_runs').get();
    expect(openRuns()).toEqual({ count: 1 });
    await trail.prune(STREAM, 6);
    expect(openRuns()).toEqual({ count: 0 });
  });

  it('reads what is asked for from what is hashed', async () => {
    const { database, trail } = open();
    const { facts, body } = await sample('a', { exitCode: 3, outcome: 'error' });
    await trail.append({ facts, body });
    await trail.recordRun(runOf('a'));
    const rows = database
      .prepare(
        'SELECT kind, event_id, at_ms, recorded_at_ms, pod, exit_code, end_outcome, run_outcome FROM audit_records',
      )
      .all();
    const { eventId, occurredAtMs, recordedAtMs } = facts;
    const { startedAtMs, finishedAtMs } = runOf('a');
    const nothing = { pod: null, exit_code: null, end_outcome: null, run_outcome: null };
    const event = { ...nothing, pod: 'web-1', exit_code: 3, end_outcome: 'error' };
    expect(rows).toEqual([
      { ...event, kind: 'event', event_id: eventId, at_ms: occurredAtMs, recorded_at_ms: recordedAtMs },
      {
        ...nothing,
        kind: 'run',
        event_id: eventId,
        at_ms: startedAtMs,
        recorded_at_ms: finishedAtMs,
        run_outcome: 'completed',
      },
    ]);
  });
});
