import type { AuditStore } from '../audit-store.ts';
import type { Sql } from './sql.ts';
import { createSqlAuditReader } from './sql-audit-reader.ts';
import { createSqlChainStore } from './sql-chain-store.ts';
import { createSqlHandlerFailures } from './sql-handler-failures.ts';
import { createSqlTimeline } from './sql-timeline.ts';

/** The audit trail in the tables of `schema.ts`, on D1 and in SQLite. */
export function createSqlAuditStore(sql: Sql): AuditStore {
  return {
    chains: createSqlChainStore(sql),
    reader: createSqlAuditReader(sql),
    timeline: createSqlTimeline(sql),
    failures: createSqlHandlerFailures(sql),
  };
}
