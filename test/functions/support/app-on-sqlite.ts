import { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import type { PageOptions } from '../../../functions/access/page-options.ts';
import { type Ambient, platformAmbient } from '../../../functions/ambient/ambient.ts';
import { createAuditTrail } from '../../../functions/audit/audit-trail.ts';
import { createSqlAuditStore } from '../../../functions/audit/sql/sql-audit-store.ts';
import { createCounters } from '../../../functions/ingress/counters.ts';
import { createSqliteQueue } from '../../../functions/platforms/node/queue/sqlite-queue.ts';
import { createSqliteClaims } from '../../../functions/platforms/node/sqlite/sqlite-claims.ts';
import { createSqliteSql } from '../../../functions/platforms/node/sqlite/sqlite-sql.ts';
import {
  createReceiver,
  type ReceiverAmbient,
  type ReceiverSettings,
  type ReceiverStores,
} from '../../../functions/receiver.ts';
import { RETENTION_MS } from '../../../functions/variables/claim-retention.ts';
import { createVerifier } from '../../../protocol/signature/verify.ts';
import { createWallClock } from '../../support/wall-clock.ts';
import { lineLog } from './line-log.ts';
import { SECRET } from './signed-post.ts';

/** Stores that fail, for example, and what else a test wants otherwise. */
export type Replaced = Partial<ReceiverStores> &
  Pick<ReceiverSettings, 'liveMs'> &
  Partial<Pick<Ambient, 'clock' | 'fetch'>> &
  Pick<ReceiverAmbient, 'stop'>;

/** The receiver without a server, on a database in memory. */
export async function createAppOnSqlite(
  page: PageOptions = {},
  { liveMs, clock, fetch, stop, ...stores }: Replaced = {},
) {
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => database.close());
  const lines: string[] = [];
  const ambient = platformAmbient({
    log: lineLog(lines),
    ...(clock && { clock }),
    ...(fetch && { fetch }),
  });
  const { chains, reader, timeline, failures } = createSqlAuditStore(createSqliteSql(database));
  const trail = createAuditTrail({ ...ambient, clock: createWallClock(ambient.clock.nowMs), store: chains });
  const queue = createSqliteQueue(database, { maxWaiting: 2 });
  const claims = createSqliteClaims(database);
  const { app } = createReceiver(
    { handoff: queue, receipts: claims, claims, timeline, failures, reruns: trail, audit: reader, ...stores },
    {
      verifier: await createVerifier({ keys: [SECRET] }),
      page,
      maxBodyBytes: 262_144,
      retentionMs: RETENTION_MS,
      ...(liveMs !== undefined && { liveMs }),
    },
    { ...ambient, counters: createCounters(), ...(stop && { stop }) },
  );
  return { app, trail, timeline, failures, queue, claims, lines };
}

/** An audit trail whose retention has removed everything. */
export const NOTHING_KEPT: ReceiverStores['audit'] = {
  list: async () => ({ records: [], next: null }),
  eventsWithRuns: async () => ({ records: [], next: null }),
  streams: async () => [],
  chain: async () => [],
  faults: async () => [],
  body: async () => null,
};
