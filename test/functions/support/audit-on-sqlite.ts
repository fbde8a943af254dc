import type { DatabaseSync } from 'node:sqlite';
import { createAuditTrail } from '../../../functions/audit/audit-trail.ts';
import { createSqlAuditReader } from '../../../functions/audit/sql/sql-audit-reader.ts';
import { createSqlChainStore } from '../../../functions/audit/sql/sql-chain-store.ts';
import { createSqlTimeline } from '../../../functions/audit/sql/sql-timeline.ts';
import { createSqliteSql } from '../../../functions/platforms/node/sqlite/sqlite-sql.ts';
import { newestEntries } from '../../../functions/timeline/newest-entries.ts';
import { type Clock, systemClock } from '../../../settings/ambient/clock.ts';
import { createWallClock } from '../../support/wall-clock.ts';

/** The audit trail in a test's own database, as a Node receiver has it. */
export function auditOnSqlite(database: DatabaseSync, clock: Clock = systemClock) {
  const sql = createSqliteSql(database);
  const timeline = createSqlTimeline(sql);
  const store = createSqlChainStore(sql);
  return {
    trail: createAuditTrail({ store, clock: createWallClock(clock.nowMs), random: Math.random }),
    reader: createSqlAuditReader(sql),
    timeline,
    /** The newest events with their runs, oldest first. */
    rows: (limit = 1_000) => newestEntries(timeline, limit),
  };
}
