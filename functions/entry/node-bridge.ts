import type { DatabaseSync } from 'node:sqlite';
import { MAX_BODY_BYTES } from '../../protocol/read-body.ts';
import { createVerifier } from '../../protocol/signature/verify.ts';
import { createApp } from '../app.ts';
import { createSqlAuditStore } from '../audit/sql-audit-store.ts';
import { createSqliteSql } from '../audit/sqlite-sql.ts';
import { createConsumer } from '../consumer/consumer.ts';
import type { RegisterHandlers } from '../handlers/register.ts';
import { createQueuePump } from '../handoff/queue-pump.ts';
import { createSqliteQueue } from '../handoff/sqlite-queue.ts';
import { createHooks } from '../hooks/hooks.ts';
import { createCounters } from '../ingress/counters.ts';
import type { Handoff } from '../ingress/handoff.ts';
import type { Log } from '../log.ts';
import { createPageAccess, type PageOptions } from '../page/access.ts';
import { openDatabase } from '../store/open-database.ts';
import { createSqliteClaims } from '../store/sqlite-claims.ts';
import type { Timer } from '../timer.ts';
import { signingKeys } from './signing-keys.ts';

export type NodeBridgeOptions = {
  readonly dataDir: string;
  readonly secrets: readonly string[];
  readonly vars: Readonly<Record<string, string | undefined>>;
  readonly page: PageOptions;
  readonly registerHandlers: RegisterHandlers;
  readonly log: Log;
  readonly now: () => number;
  readonly timer: Timer;
};

/** Messages worked on at the same time. */
const CONCURRENCY = 16;

/**
 * Everything of a Node receiver except its socket and its clockwork, on one database.
 *
 * @throws when a secret, the page token, a handler or the directory is not usable; nothing stays open then.
 */
export async function buildNodeBridge(options: NodeBridgeOptions) {
  const verifier = await createVerifier({ keys: signingKeys('secrets', options.secrets.join(' ')) });
  const page = createPageAccess(options.page);
  const database = openDatabase(options.dataDir);
  try {
    const stores = openStores(database);
    const pump = buildPump(options, stores);
    const { log, now } = options;
    const app = createApp({
      verifier,
      handoff: wakingHandoff(stores.queue, pump.wake),
      receipts: stores.claims,
      timeline: stores.audit,
      page,
      counters: createCounters(),
      log,
      now,
      maxBodyBytes: MAX_BODY_BYTES,
    });
    return { app, pump, database, ...stores };
  } catch (error) {
    database.close();
    throw error;
  }
}

function openStores(database: DatabaseSync) {
  return {
    queue: createSqliteQueue(database),
    claims: createSqliteClaims(database),
    audit: createSqlAuditStore(createSqliteSql(database)),
  };
}

function buildPump(options: NodeBridgeOptions, { queue, claims, audit }: ReturnType<typeof openStores>) {
  const { vars, log, now, timer } = options;
  const hooks = createHooks();
  options.registerHandlers(hooks, { vars, audit, now });
  const consumer = createConsumer({ handlers: hooks, claims, runs: audit, log, now, timer, fetch });
  return createQueuePump({ queue, consumer, log, now, timer, concurrency: CONCURRENCY });
}

function wakingHandoff(queue: Handoff, wake: () => void): Handoff {
  return {
    enqueue: async (message) => {
      await queue.enqueue(message);
      wake();
    },
  };
}
