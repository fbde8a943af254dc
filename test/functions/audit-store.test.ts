import { readFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import type { D1Database } from '@cloudflare/workers-types';
import { Miniflare } from 'miniflare';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { auditRecord } from '../../functions/audit/audit-record.ts';
import { createD1Sql } from '../../functions/audit/d1-sql.ts';
import { createSqlAuditStore } from '../../functions/audit/sql-audit-store.ts';
import { createSqliteSql } from '../../functions/audit/sqlite-sql.ts';
import type { HandlerRun } from '../../functions/consumer/run-log.ts';
import { postStart, postStop, sampleId } from './support/sample-events.ts';

type Opened = { readonly store: ReturnType<typeof createSqlAuditStore>; close(): Promise<void> };
const MIGRATION = new URL('../../functions/audit/migrations/0001_audit.sql', import.meta.url);
const TIMES = { receivedAtMs: 1_000, recordedAtMs: 1_020, attempt: 1 };

async function openSqlite(): Promise<Opened> {
  const database = new DatabaseSync(':memory:');
  return { store: createSqlAuditStore(createSqliteSql(database)), close: async () => database.close() };
}

async function openD1(): Promise<Opened> {
  const script = 'export default { fetch: () => new Response() }';
  const miniflare = new Miniflare({ modules: true, script, cf: false, d1Databases: ['AUDIT'] });
  const database = (await miniflare.getD1Database('AUDIT')) as unknown as D1Database;
  const statements = (await readFile(MIGRATION, 'utf8')).replace(/^--.*$/gm, '').split(';');
  for (const one of statements.filter((text) => text.trim() !== '')) await database.prepare(one).run();
  return { store: createSqlAuditStore(createD1Sql(database)), close: () => miniflare.dispose() };
}

describe.each([
  { implementation: 'SQLite', open: openSqlite },
  { implementation: 'D1', open: openD1 },
])('the audit trail in $implementation', ({ open }) => {
  let opened: Opened;
  beforeEach(async () => {
    opened = await open();
  });
  afterEach(() => opened.close());

  const record = (key: string) => auditRecord(postStart({ key }), TIMES);
  const run = (key: string, attempt: number, outcome: HandlerRun['outcome']): HandlerRun => ({
    stream: 'urn:offhook:cluster:c0ffee',
    eventId: sampleId(key),
    handler: 'cleanup',
    attempt,
    outcome,
    error: outcome === 'completed' ? null : 'answered 503',
    startedAtMs: 2_000,
    finishedAtMs: 2_010,
  });

  it('gives back every field of a record, nulls included, with its runs', async () => {
    const stopped = auditRecord(postStop({ key: 'stopped' }, null, null), TIMES);
    await opened.store.append(stopped);
    await opened.store.recordRun(run('stopped', 1, 'failed'));
    await opened.store.recordRun(run('stopped', 2, 'completed'));
    const { entries } = await opened.store.latest(10);
    expect(entries).toEqual([
      { ...stopped, runs: [run('stopped', 1, 'failed'), run('stopped', 2, 'completed')] },
    ]);
  });

  it('keeps one row of an event or a run that is recorded twice', async () => {
    for (const _ of [1, 2]) {
      await opened.store.append(record('twice'));
      await opened.store.recordRun(run('twice', 1, 'completed'));
    }
    const { entries } = await opened.store.latest(10);
    expect(entries.map(({ runs }) => runs.length)).toEqual([1]);
  });

  it('gives the newest events, oldest of them first', async () => {
    for (const key of ['a', 'b', 'c']) await opened.store.append(record(key));
    const { entries } = await opened.store.latest(2);
    expect(entries.map(({ eventId }) => eventId)).toEqual([sampleId('b'), sampleId('c')]);
  });

  it('continues from a cursor with new events and with new runs of old ones', async () => {
    await opened.store.append(record('old'));
    await opened.store.append(record('still'));
    const { cursor } = await opened.store.latest(10);
    expect((await opened.store.since(cursor, 10)).entries).toEqual([]);
    await opened.store.recordRun(run('old', 1, 'completed'));
    await opened.store.append(record('new'));
    const next = await opened.store.since(cursor, 10);
    expect(next.entries.map(({ eventId }) => eventId)).toEqual([sampleId('old'), sampleId('new')]);
    expect((await opened.store.since(next.cursor, 10)).entries).toEqual([]);
  });

  it('loses nothing when there is more than fits one answer', async () => {
    const keys = ['a', 'b', 'c', 'd', 'e'];
    for (const key of keys) await opened.store.append(record(key));
    const seen: string[] = [];
    let cursor = { events: 0, runs: 0 };
    for (const _ of [1, 2, 3]) {
      const part = await opened.store.since(cursor, 2);
      seen.push(...part.entries.map(({ eventId }) => eventId));
      cursor = part.cursor;
    }
    expect(seen).toEqual(keys.map(sampleId));
  });
});
