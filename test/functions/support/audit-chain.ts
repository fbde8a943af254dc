import type { DatabaseSync } from 'node:sqlite';
import type { AuditReader } from '../../../functions/audit/audit-reader.ts';
import { type AuditWriter, createAuditTrail } from '../../../functions/audit/audit-trail.ts';
import { createSqlAuditReader } from '../../../functions/audit/sql/sql-audit-reader.ts';
import { createSqlChainStore } from '../../../functions/audit/sql/sql-chain-store.ts';
import type { StoredRecord } from '../../../functions/audit/stored-record.ts';
import type { ChainEntry } from '../../../functions/audit/verify/verify-verdict.ts';
import { openDatabase } from '../../../functions/platforms/node/sqlite/open-database.ts';
import { createSqliteSql } from '../../../functions/platforms/node/sqlite/sqlite-sql.ts';
import { eventFacts } from '../../../functions/timeline/event-facts.ts';
import { sha256Hex } from '../../../protocol/bytes/sha256.ts';
import type { LifecycleEvent } from '../../../protocol/event/lifecycle-event.ts';
import { serialiseEvent } from '../../../protocol/event/serialise-event.ts';
import type { Clock } from '../../../settings/ambient/clock.ts';
import { createWallClock } from '../../support/wall-clock.ts';
import { postStart, postStop } from './sample-events.ts';
import { signedHeaders } from './signed-post.ts';

export const STREAM = 'urn:offhook:cluster:c0ffee';
export const START_MS = Date.UTC(2026, 10, 22, 14, 24, 1);

/** An audit trail in a receiver's own database file, with a clock that is moved by hand. */
export type AuditFile = {
  readonly database: DatabaseSync;
  readonly trail: AuditWriter;
  readonly reader: AuditReader;
  readonly clock: Clock;
  setNow(ms: number): void;
  close(): void;
};

export function openAuditFile(dataDir: string): AuditFile {
  const database = openDatabase(dataDir);
  const sql = createSqliteSql(database);
  let nowMs = START_MS;
  const clock = createWallClock(() => nowMs);
  return {
    database,
    trail: createAuditTrail({
      store: createSqlChainStore(sql),
      clock,
      random: () => 0.5,
    }),
    reader: createSqlAuditReader(sql),
    clock,
    setNow: (ms) => {
      nowMs = ms;
    },
    close: () => database.close(),
  };
}

/** What a receiver records of an event: the event as it came, signed, and a run of its handler. */
export async function recordEvent(
  { trail, clock }: Pick<AuditFile, 'trail' | 'clock'>,
  event: LifecycleEvent,
) {
  const body = serialiseEvent(event);
  const headers = await signedHeaders(event.id, body, clock.nowMs());
  const facts = eventFacts(event, {
    receivedAtMs: clock.nowMs(),
    recordedAtMs: clock.nowMs(),
    attempt: 1,
    bodySha256: await sha256Hex(body),
    signed: {
      id: headers['webhook-id'],
      timestamp: headers['webhook-timestamp'],
      signature: headers['webhook-signature'],
      verified: true,
    },
  });
  await trail.append({ facts, body });
  await trail.recordRun({
    stream: event.source,
    eventId: event.id,
    handler: 'cleanup',
    attempt: 1,
    outcome: 'completed',
    error: null,
    startedAtMs: clock.nowMs(),
    finishedAtMs: clock.nowMs() + 25,
  });
}

/** Records events of a few Pods, a second apart: two records each. */
export async function recordEvents(file: AuditFile, keys: readonly string[]): Promise<void> {
  for (const [index, key] of keys.entries()) {
    file.setNow(file.clock.nowMs() + 1_000);
    const sample = {
      key,
      timeMs: file.clock.nowMs(),
      pod: `web-${index % 3}`,
      namespace: index % 2 ? 'shop' : 'blog',
    };
    await recordEvent(file, index % 4 === 3 ? postStop(sample, 137, 'OOMKilled') : postStart(sample));
  }
}

export async function* entriesOf(records: readonly StoredRecord[]): AsyncGenerator<ChainEntry> {
  for (const record of records) yield { record };
}

/** The records with the bytes of their events. */
export async function entriesWithBodies(reader: AuditReader): Promise<readonly ChainEntry[]> {
  const records = await reader.chain(STREAM, { after: 0, limit: 1_000 });
  return Promise.all(
    records.map(async (record) => {
      const { kind, eventId } = JSON.parse(record.content);
      return kind === 'event' ? { record, body: await reader.body(eventId) } : { record };
    }),
  );
}
