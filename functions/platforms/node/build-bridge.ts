import { join } from 'node:path';
import type { Ambient } from '../../ambient/ambient.ts';
import { createStrays } from '../../consumer/strays.ts';
import type { TargetGuard } from '../../hooks/target-guard.ts';
import { createCounters } from '../../ingress/counters.ts';
import { createVariableVerifier } from '../../variables/signing-keys.ts';
import { type AuditCare, createNodeMaintenance } from './maintain.ts';
import type { ReceiverMetrics } from './metrics/receiver-metrics.ts';
import { prepareHmacNow } from './node-crypto.ts';
import { createNodeReceiver, handoffOf, type NodeReceiveSettings } from './receive.ts';
import { createRerunInbox } from './reruns/rerun-inbox.ts';
import { createTakeReruns } from './reruns/take-reruns.ts';
import { createNodeRunner, type NodeRunSettings } from './run.ts';
import { databaseFault } from './sqlite/database-fault.ts';
import { DATABASE_FILE, openDatabase } from './sqlite/open-database.ts';
import { type NodeStoreSettings, openNodeStores } from './stores.ts';

/**
 * @property dataDir queue, claims and audit rows; created if missing, used by one process.
 * @property metrics who counts what happens.
 * @property targets over the URLs that targets of handlers name.
 * @property secrets `whsec_…` or `whpk_…`, the current and the previous ones.
 */
export type NodeBridgeOptions = NodeStoreSettings &
  Omit<NodeReceiveSettings, 'verifier'> &
  NodeRunSettings &
  Ambient & {
    readonly dataDir: string;
    readonly secrets: readonly string[];
    readonly audit: AuditCare;
    readonly metrics?: ReceiverMetrics | null;
    readonly targets?: TargetGuard | undefined;
  };

/**
 * Everything of a Node receiver except its socket and its clockwork, on one database: receives, runs handlers, takes care
 * of the audit trail.
 *
 * @throws when a secret, the page token, a handler or the directory is not usable; nothing stays open then.
 */
export async function buildNodeBridge(options: NodeBridgeOptions) {
  const { log, clock, random, fetch, audit: care, metrics = null } = options;
  const ambient = { log, clock, random, fetch };
  // First, so that a wrong one leaves the directory alone.
  const verifier = await createVariableVerifier('secrets', options.secrets.join(' '), prepareHmacNow);
  const database = openDatabase(options.dataDir);
  try {
    const stores = openNodeStores(database, options, ambient);
    const counters = createCounters(metrics?.onCount);
    const strays = createStrays(() => counters.count('strays'));
    const stop = new AbortController();
    const running = { ...ambient, strays, onRun: metrics?.onRun, targets: options.targets };
    const runner = await createNodeRunner(stores, options, running);
    metrics?.showHandlers(runner.handlers);
    const maintenance = await createNodeMaintenance(stores, care, ambient, metrics);
    const { page, retentionMs } = options;
    const inbox = createRerunInbox(database);
    const takeReruns = createTakeReruns(inbox, {
      ...ambient,
      events: stores.timeline,
      bodies: stores.reader,
      reruns: stores.audit,
      claims: stores.claims,
      handoff: handoffOf(stores.queue, runner.wake),
      claimRetentionMs: retentionMs,
    });
    const receiving = { verifier, page, retentionMs };
    const { app, receiveEvent } = createNodeReceiver(stores, receiving, {
      ...ambient,
      counters,
      stop: stop.signal,
      pump: runner,
    });
    const endStreams = () => stop.abort();
    return {
      app,
      receiveEvent,
      endStreams,
      runner,
      maintenance,
      strays,
      inbox,
      takeReruns,
      database,
      ...stores,
    };
  } catch (error) {
    database.close();
    throw databaseFault(error, join(options.dataDir, DATABASE_FILE));
  }
}
