import { closeOnce } from '../../../settings/ambient/close-once.ts';
import { every } from '../../../settings/ambient/every.ts';
import type { ProxyFor } from '../../../settings/outbound/http-proxy.ts';
import { createOutboundFetch, type OutboundFetch } from '../../../settings/outbound/outbound-fetch.ts';
import { CONNECT_DIRECTLY } from '../../../settings/outbound/proxy-rules.ts';
import { platformAmbient } from '../../ambient/ambient.ts';
import type { Log } from '../../ambient/log.ts';
import { registerHandlers } from '../../handlers/register.ts';
import { newestEntries } from '../../timeline/newest-entries.ts';
import type { TimelineEntry } from '../../timeline/timeline.ts';
import { RETENTION_MS } from '../../variables/claim-retention.ts';
import { catchProcessStrays } from '../process-strays.ts';
import { buildNodeBridge, type NodeBridgeOptions } from './build-bridge.ts';
import { createReceiverMetrics, type ReceiverMetrics } from './metrics/receiver-metrics.ts';
import { serveMetrics } from './metrics/serve-metrics.ts';
import type { SqliteQueue } from './queue/sqlite-queue.ts';
import { requirePageAssets } from './require-page-assets.ts';
import { CONNECTION_LIMITS, type ConnectionLimits, startNodeServer } from './server.ts';
import { followTlsFiles } from './tls/follow-tls-files.ts';
import { requireTlsPair, type TlsFiles } from './tls/tls-files.ts';

/**
 * What a receiver on Node needs: `dataDir` (queue, claims and audit rows; created if missing, used by one process)
 * and `secrets` (`whsec_…` or `whpk_…`, the current and the previous ones). The rest has defaults: the shipped
 * handlers, no variables, no page, a JSON log on the console.
 *
 * @property port 0 takes a free one. @default 8787
 * @property host @default '127.0.0.1'
 * @property proxyFor which proxy leads to a URL. @default none does
 * @property connections open ones, in all. @default 1,024
 * @property connectionsPerAddress @default 512
 * @property metrics figures for Prometheus. @default none
 * @property tls PEM files, read again when they change; without them it speaks plain HTTP.
 */
export type NodeReceiverOptions = Pick<NodeBridgeOptions, 'dataDir' | 'secrets'> &
  Partial<Omit<NodeBridgeOptions, 'metrics'>> &
  Partial<ConnectionLimits> & {
    readonly port?: number;
    readonly host?: string;
    readonly tls?: TlsFiles | null;
    readonly proxyFor?: ProxyFor;
    readonly metrics?: MetricsOptions | null;
  };

/** Where `GET /metrics` is served, over plain HTTP, and the version that it names. */
type MetricsOptions = { readonly host: string; readonly port: number; readonly version: string };

export type NodeReceiver = {
  /** For example `http://127.0.0.1:8787`; events go to `/events` below it. */
  readonly url: string;
  /** Of `GET /metrics`; null without it. */
  readonly metricsUrl: string | null;
  /** Names of the registered handlers. */
  readonly handlers: readonly string[];
  /** The newest events with their runs, oldest first. */
  auditRows(limit?: number): Promise<readonly TimelineEntry[]>;
  deadLetters(): ReturnType<SqliteQueue['deadLetters']>;
  /** Stops listening, lets runs in work end for up to ten seconds, writes a checkpoint, closes the database. */
  close(): Promise<void>;
};

/** For handlers in work. */
const HANDLER_GRACE_MS = 10_000;
/** For requests in work: storing an event takes milliseconds, the page follows for ever. */
const REQUEST_GRACE_MS = 2_000;
/** For a last checkpoint, which can be on the other side of a network. */
const MAINTENANCE_GRACE_MS = 5_000;
const PRUNE_EVERY_MS = 3_600_000;
/** What another process asks for in the data directory is taken as soon. */
const TAKE_EVERY_MS = 1_000;

/**
 * Starts the receiver as a Node server with everything in one SQLite file.
 *
 * While it runs, rejections that nobody awaits and uncaught exceptions do not end the process: those of handlers count
 * against their runs, any other is logged, unless somebody listened for them before.
 *
 * @throws before it listens, when a secret, the page token, a handler, a TLS file, the directory or the port is not
 *   usable; nothing stays open then.
 */
export async function startNodeReceiver(
  { proxyFor = CONNECT_DIRECTLY, ...options }: NodeReceiverOptions,
  openOutbound: typeof createOutboundFetch = createOutboundFetch,
): Promise<NodeReceiver> {
  const outbound = openOutbound(proxyFor);
  try {
    return await startWith(outbound, options);
  } catch (error) {
    await outbound.close();
    throw error;
  }
}

async function startWith(
  outbound: OutboundFetch,
  options: Omit<NodeReceiverOptions, 'proxyFor'>,
): Promise<NodeReceiver> {
  const { port = 8787, host = '127.0.0.1', tls = null, metrics, ...given } = options;
  const settings = { ...defaults(), fetch: outbound.fetch, ...given };
  const pair = tls === null ? null : requireTlsPair(tls);
  await requirePageAssets(settings.page);
  const counted = metrics ? countFor(metrics, settings) : null;
  const bridge = await buildNodeBridge({ ...settings, metrics: counted });
  const { app, runner, queue, claims, timeline, maintenance, inbox } = bridge;
  const uncatch = catchProcessStrays(bridge.strays, settings.log);
  const fetch = (request: Request) => app.fetch(request);
  const limits = { ...CONNECTION_LIMITS, ...given };
  const serverOptions = { fetch, host, port, tls: pair, limits, log: settings.log };
  const listenAll = async () => {
    const shown =
      metrics && counted ? await serveMetrics(counted, bridge, { ...settings, ...metrics }, settings) : null;
    return startNodeServer(serverOptions).then(
      (server) => ({ server, shown }),
      async (error: unknown) => {
        await shown?.close();
        throw error;
      },
    );
  };
  const { server, shown } = await listenAll().catch(async (error: unknown) => {
    await runner.close(HANDLER_GRACE_MS);
    uncatch();
    bridge.database.close();
    throw error;
  });
  const cancelPruning = every(settings.clock, PRUNE_EVERY_MS, () => {
    claims.forgetExpired(settings.clock.nowMs());
    queue.forgetDeadBefore(settings.clock.nowMs() - settings.retentionMs);
    inbox.forgetBefore(settings.clock.nowMs() - settings.retentionMs);
  });
  const cancelTaking = every(settings.clock, TAKE_EVERY_MS, bridge.takeReruns);
  const unfollow = tls === null ? () => {} : followTlsFiles(tls, server.replaceTls, settings);
  // What an earlier process left behind is due at once.
  runner.wake();
  maintenance.start();
  return {
    url: server.url,
    metricsUrl: shown?.url ?? null,
    handlers: runner.handlers,
    auditRows: (limit = 1_000) => newestEntries(timeline, limit),
    deadLetters: () => queue.deadLetters(),
    close: closeOnce(async () => {
      cancelPruning();
      cancelTaking();
      unfollow();
      bridge.endStreams();
      // Requests in work still need the database; the graces run at the same time.
      const [, cutOff] = await Promise.all([server.close(REQUEST_GRACE_MS), runner.close(HANDLER_GRACE_MS)]);
      logDrained(settings.log, { waiting: queue.waiting(), cutOff });
      // Last, so that it attests what the last handlers have recorded.
      await maintenance.close(MAINTENANCE_GRACE_MS);
      uncatch();
      await shown?.close();
      bridge.database.close();
      await outbound.close();
    }),
  };
}

function countFor(
  { version }: MetricsOptions,
  { audit, clock }: Pick<NodeBridgeOptions, 'audit' | 'clock'>,
): ReceiverMetrics {
  const checkpointEveryMs = audit.checkpoints === null ? null : audit.everyMs;
  return createReceiverMetrics({ version, checkpointEveryMs, clock });
}

/** What is left for the next start: `waiting` all that is in the queue, `cutOff` of it what handlers did not end. */
function logDrained(log: Log, left: { readonly waiting: number; readonly cutOff: number }): void {
  if (left.cutOff === 0) log.info(left, 'drained');
  else log.warn(left, 'not drained: handlers are cut off, and run again when their leases are over');
}

function defaults(): Omit<NodeBridgeOptions, 'dataDir' | 'secrets'> {
  return {
    ...platformAmbient(),
    vars: {},
    page: {},
    registerHandlers,
    retentionMs: RETENTION_MS,
    maxWaiting: 100_000,
    concurrency: 16,
    audit: { retentionMs: null, everyMs: 3_600_000, checkpoints: null },
  };
}
