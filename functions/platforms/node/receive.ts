import type { DatabaseSync } from 'node:sqlite';
import { MAX_BODY_BYTES } from '../../../protocol/read-body.ts';
import { createVerifier } from '../../../protocol/signature/verify.ts';
import type { Clock } from '../../../settings/ambient/clock.ts';
import { createPageAccess } from '../../access/guard/page-access.ts';
import type { PageOptions } from '../../access/page-options.ts';
import type { Log } from '../../ambient/log.ts';
import { createAuditTrail } from '../../audit/audit-trail.ts';
import { createSqlAuditReader } from '../../audit/sql/sql-audit-reader.ts';
import { createSqlChainStore } from '../../audit/sql/sql-chain-store.ts';
import { createSqlTimeline } from '../../audit/sql/sql-timeline.ts';
import { createConsumer } from '../../consumer/consumer.ts';
import { createStrays, type Strays } from '../../consumer/strays.ts';
import { registerAll } from '../../handlers/register-all.ts';
import type { RegisterHandlers } from '../../hooks/register-handlers.ts';
import { createCounters } from '../../ingress/counters.ts';
import type { Handoff } from '../../ingress/handoff.ts';
import { createContainerStates } from '../../ordering/container-states.ts';
import { loadPageAssets } from '../../page/page-assets.ts';
import { createApp } from '../../receiver.ts';
import { signingKeys } from '../../variables/signing-keys.ts';
import { type AuditCare, createNodeUpkeep } from './maintain.ts';
import { hashNow } from './node-hash.ts';
import { createIntakePace } from './queue/intake-pace.ts';
import { createQueuePump } from './queue/queue-pump.ts';
import { createSqliteIntake } from './queue/sqlite-intake.ts';
import { createSqliteQueue } from './queue/sqlite-queue.ts';
import { createGroupCommit } from './sqlite/group-commit.ts';
import { openDatabase } from './sqlite/open-database.ts';
import { createSqliteClaims } from './sqlite/sqlite-claims.ts';
import { createSqliteSql } from './sqlite/sqlite-sql.ts';

export type NodeBridgeOptions = {
  readonly dataDir: string;
  readonly secrets: readonly string[];
  readonly vars: Readonly<Record<string, string | undefined>>;
  readonly page: PageOptions;
  readonly registerHandlers: RegisterHandlers;
  /** How long receipts, claims and dead letters are kept. */
  readonly retentionMs: number;
  /** Waiting events beyond which a delivery is answered with 503. */
  readonly maxWaiting: number;
  /** Messages worked on at the same time. */
  readonly concurrency: number;
  readonly audit: AuditCare;
  /** For all that leaves: handlers, checkpoints, the keys of identity providers. */
  readonly fetch: typeof fetch;
  readonly log: Log;
  readonly clock: Clock;
};

/**
 * Everything of a Node receiver except its socket and its clockwork, on one database.
 *
 * @throws when a secret, the page token, a handler or the directory is not usable; nothing stays open then.
 */
export async function buildNodeBridge(options: NodeBridgeOptions) {
  const verifier = await createVerifier({ keys: signingKeys('secrets', options.secrets.join(' ')) });
  const database = openDatabase(options.dataDir);
  try {
    const stores = openStores(database, options);
    const counters = createCounters();
    const strays = createStrays(() => counters.count('strays'));
    const { pump, handlers } = await buildPump(options, stores, strays);
    const upkeep = await buildUpkeep(options, stores);
    const { log, clock, retentionMs } = options;
    const stop = new AbortController();
    const app = createApp({
      verifier,
      handoff: wakingHandoff(stores.queue, pump.wake),
      intake: createSqliteIntake({ ...stores, receipts: stores.claims.receipts, onStored: pump.wake }),
      receipts: stores.claims,
      claims: stores.claims,
      timeline: stores.timeline,
      audit: stores.auditReader,
      page: createPageAccess(options.page, { claims: stores.claims, fetch: options.fetch, clock }),
      assets: loadPageAssets,
      claimRetentionMs: retentionMs,
      stop: stop.signal,
      counters,
      log,
      clock,
      maxBodyBytes: MAX_BODY_BYTES,
    });
    return { app, endStreams: () => stop.abort(), pump, upkeep, handlers, strays, database, ...stores };
  } catch (error) {
    database.close();
    throw error;
  }
}

function openStores(
  database: DatabaseSync,
  { maxWaiting, concurrency, retentionMs, clock }: NodeBridgeOptions,
) {
  const commit = createGroupCommit(database);
  const sql = createSqliteSql(database, commit);
  const queue = createSqliteQueue(database, { maxWaiting, commit });
  return {
    queue,
    pace: createIntakePace({ unhandled: queue.unhandled, concurrency, clock }),
    claims: createSqliteClaims(database, { retentionMs, commit }),
    audit: createAuditTrail({
      store: createSqlChainStore(sql),
      hash: hashNow,
      clock,
      random: Math.random,
    }),
    auditReader: createSqlAuditReader(sql),
    timeline: createSqlTimeline(sql),
  };
}

async function buildPump(
  options: NodeBridgeOptions,
  { queue, pace, claims, audit }: ReturnType<typeof openStores>,
  strays: Strays,
) {
  const { vars, log, clock, concurrency, fetch } = options;
  const { hooks, warnings } = await registerAll(
    options.registerHandlers,
    { vars, audit, now: clock.nowMs },
    clock,
  );
  for (const warning of warnings) log.warn(warning);
  const states = createContainerStates(claims, clock);
  const ambient = { log, clock, fetch, strays };
  const consumer = createConsumer({ handlers: hooks, claims, states, runs: audit, ...ambient });
  const pump = createQueuePump({
    queue,
    consumer,
    log,
    clock,
    concurrency,
    onSettled: pace.settled,
  });
  return { pump, handlers: hooks.names() };
}

function buildUpkeep(options: NodeBridgeOptions, { audit, auditReader }: ReturnType<typeof openStores>) {
  const { log, clock, fetch } = options;
  const reading = { reader: auditReader, prune: audit.prune };
  return createNodeUpkeep({ care: options.audit, ...reading, log, clock, fetch });
}

function wakingHandoff(queue: Handoff, wake: () => void): Handoff {
  return {
    enqueue: async (message) => {
      await queue.enqueue(message);
      wake();
    },
  };
}
