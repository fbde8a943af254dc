import { DatabaseSync } from 'node:sqlite';
import { createSqlAuditStore } from '../../../../functions/audit/sql/sql-audit-store.ts';
import { createSqliteSql } from '../../../../functions/platforms/node/sqlite/sqlite-sql.ts';
import { sqlTampering } from './attacks/sql-tampering.ts';
import { auditStoreSuite } from './audit-store-suite.ts';

auditStoreSuite('SQLite', async () => {
  const database = new DatabaseSync(':memory:');
  const sql = createSqliteSql(database);
  return {
    ...createSqlAuditStore(sql),
    tampering: sqlTampering(sql),
    close: async () => database.close(),
  };
});
