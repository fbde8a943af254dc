import type { D1Database } from '@cloudflare/workers-types';
import { Miniflare } from 'miniflare';
import { afterAll } from 'vitest';
import { AUDIT_SCHEMA } from '../../../../functions/audit/sql/schema.ts';
import { createSqlAuditStore } from '../../../../functions/audit/sql/sql-audit-store.ts';
import { createD1Sql } from '../../../../functions/platforms/cloudflare/d1-sql.ts';
import { sampled } from '../../../support/thorough.ts';
import { ATTACKS } from './attacks/attacks.ts';
import { sqlTampering } from './attacks/sql-tampering.ts';
import { auditStoreSuite } from './audit-store-suite.ts';

/** One workerd for all of them; each test takes a database that nobody has used. */
const NAMES = Array.from({ length: 160 }, (_, index) => `AUDIT_${index}`);
const miniflare = new Miniflare({
  modules: true,
  script: 'export default { fetch: () => new Response() }',
  cf: false,
  d1Databases: NAMES,
});
afterAll(() => miniflare.dispose());
const unused = NAMES.values();

// The attacks are the same SQL as on SQLite, which takes all of them; here a question takes a hundred times as long.
auditStoreSuite(
  'D1',
  async () => {
    const name = unused.next().value;
    if (name === undefined) throw new Error('there are more tests than databases: raise their number');
    const database = (await miniflare.getD1Database(name)) as unknown as D1Database;
    await database.batch(AUDIT_SCHEMA.map((statement) => database.prepare(statement)));
    const sql = createD1Sql(database);
    return {
      ...createSqlAuditStore(sql),
      tampering: sqlTampering(sql),
      close: async () => {},
    };
  },
  sampled(ATTACKS, 5),
);
