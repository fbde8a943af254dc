import { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import { createPageAccess } from '../../../functions/access/guard/page-access.ts';
import type { PageOptions } from '../../../functions/access/page-options.ts';
import { createAuditTrail } from '../../../functions/audit/audit-trail.ts';
import { createSqlAuditReader } from '../../../functions/audit/sql/sql-audit-reader.ts';
import { createSqlChainStore } from '../../../functions/audit/sql/sql-chain-store.ts';
import { createSqlTimeline } from '../../../functions/audit/sql/sql-timeline.ts';
import { createCounters } from '../../../functions/ingress/counters.ts';
import { loadPageAssets } from '../../../functions/page/page-assets.ts';
import { createSqliteQueue } from '../../../functions/platforms/node/queue/sqlite-queue.ts';
import { createSqliteClaims } from '../../../functions/platforms/node/sqlite/sqlite-claims.ts';
import { createSqliteSql } from '../../../functions/platforms/node/sqlite/sqlite-sql.ts';
import { type AppDeps, createApp } from '../../../functions/receiver.ts';
import { createVerifier } from '../../../protocol/signature/verify.ts';
import { systemClock } from '../../../settings/ambient/clock.ts';
import { createWallClock } from '../../support/wall-clock.ts';
import { lineLog } from './line-log.ts';
import { SECRET } from './signed-post.ts';

/**
 * The app without a server, on a database in memory; ports can be replaced by failing ones.
 *
 * @param replace also `fetch`, by which the keys of identity headers are got.
 */
export async function createAppOnSqlite(
  options: PageOptions = {},
  { fetch: fetchKeys = fetch, ...replace }: Partial<AppDeps> & { readonly fetch?: typeof fetch } = {},
) {
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => database.close());
  const sql = createSqliteSql(database);
  const { clock = systemClock } = replace;
  const trail = createAuditTrail({
    store: createSqlChainStore(sql),
    clock: createWallClock(clock.nowMs),
    random: Math.random,
  });
  const queue = createSqliteQueue(database, { maxWaiting: 2 });
  const claims = createSqliteClaims(database);
  const timeline = createSqlTimeline(sql);
  const lines: string[] = [];
  const app = createApp({
    verifier: await createVerifier({ keys: [SECRET] }),
    handoff: queue,
    receipts: claims,
    claims,
    timeline,
    audit: createSqlAuditReader(sql),
    page: createPageAccess(options, { claims, fetch: fetchKeys, clock }),
    assets: loadPageAssets,
    counters: createCounters(),
    log: lineLog(lines),
    clock,
    maxBodyBytes: 262_144,
    ...replace,
  });
  return { app, trail, timeline, queue, claims, lines };
}

/** An audit trail whose retention has removed everything. */
export const NOTHING_KEPT: AppDeps['audit'] = {
  list: async () => ({ records: [], next: null }),
  streams: async () => [],
  chain: async () => [],
  faults: async () => [],
  body: async () => null,
};
