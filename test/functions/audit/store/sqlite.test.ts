import { DatabaseSync } from 'node:sqlite';
import { createSqlAuditReader } from '../../../../functions/audit/sql/sql-audit-reader.ts';
import { createSqlChainStore } from '../../../../functions/audit/sql/sql-chain-store.ts';
import { createSqlTimeline } from '../../../../functions/audit/sql/sql-timeline.ts';
import { createSqliteSql } from '../../../../functions/platforms/node/sqlite/sqlite-sql.ts';
import { sqlTampering } from './attacks/sql-tampering.ts';
import { auditStoreSuite } from './audit-store-suite.ts';

auditStoreSuite('SQLite', async () => {
  const database = new DatabaseSync(':memory:');
  const sql = createSqliteSql(database);
  return {
    chains: createSqlChainStore(sql),
    reader: createSqlAuditReader(sql),
    timeline: createSqlTimeline(sql),
    tampering: sqlTampering(sql),
    close: async () => database.close(),
  };
});
