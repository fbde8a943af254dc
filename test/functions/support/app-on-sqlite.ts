import { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import { type AppDeps, createApp } from '../../../functions/app.ts';
import { createSqlAuditStore } from '../../../functions/audit/sql-audit-store.ts';
import { createSqliteSql } from '../../../functions/audit/sqlite-sql.ts';
import { createSqliteQueue } from '../../../functions/handoff/sqlite-queue.ts';
import { createCounters } from '../../../functions/ingress/counters.ts';
import { createPageAccess, type PageOptions } from '../../../functions/page/access.ts';
import { createSqliteClaims } from '../../../functions/store/sqlite-claims.ts';
import { createVerifier } from '../../../protocol/signature/verify.ts';
import { SECRET } from './signed-post.ts';

/** The app without a server, on a database in memory; ports can be replaced by failing ones. */
export async function createAppOnSqlite(page: PageOptions = {}, replace: Partial<AppDeps> = {}) {
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => database.close());
  const store = createSqlAuditStore(createSqliteSql(database));
  const queue = createSqliteQueue(database, 2);
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const app = createApp({
    verifier: await createVerifier({ keys: [SECRET] }),
    handoff: queue,
    receipts: createSqliteClaims(database),
    timeline: store,
    page: createPageAccess(page),
    counters: createCounters(),
    log: { info: log, warn: log, error: (message, fields) => log(`${message} ${JSON.stringify(fields)}`) },
    now: Date.now,
    maxBodyBytes: 262_144,
    ...replace,
  });
  return { app, store, queue, lines };
}
