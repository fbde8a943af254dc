import { describeError } from '../../../settings/ambient/describe-error.ts';
import { every } from '../../../settings/ambient/every.ts';
import type { EgressRules } from '../../../settings/outbound/guard/create-guard.ts';
import type { ProxyFor } from '../../../settings/outbound/http-proxy.ts';
import { createOutboundFetch, type OutboundFetch } from '../../../settings/outbound/outbound-fetch.ts';
import { CONNECT_DIRECTLY } from '../../../settings/outbound/proxy-rules.ts';
import { platformAmbient } from '../../ambient/ambient.ts';
import type { Log } from '../../ambient/log.ts';
import { registerHandlers } from '../../handlers/register.ts';
import type { TargetGuard } from '../../hooks/target-guard.ts';
import { newestEntries } from '../../timeline/newest-entries.ts';
import type { TimelineEntry } from '../../timeline/timeline.ts';
import { RETENTION_MS } from '../../variables/claim-retention.ts';
import { catchProcessStrays } from '../process-strays.ts';
import { buildNodeBridge, type NodeBridgeOptions } from './build-bridge.ts';
import { openGuardedTargets } from './guarded-targets.ts';
import { createReceiverMetrics } from './metrics/receiver-metrics.ts';
import type { SqliteQueue } from './queue/sqlite-queue.ts';
import { requirePageAssets } from './require-page-assets.ts';

/**
 * What a receiver on Node needs: `dataDir` (queue, claims and audit rows; created if missing, used by one process)
 * and `secrets` (`whsec_…` or `whpk_…`, the current and the previous ones). The rest has defaults: the shipped
 * handlers, no variables, no page, a JSON log on the console.
 *
 * @property proxyFor which proxy leads to a URL. @default none does
 * @property egress where targets of handlers may be, `hooks.on(…, { url })`; null: wherever they say, as also with a `fetch` of
 *   your own, which then calls them. @default the public Internet, by https on ports 443 and 8443
 */
export type OpenBridgeOptions = Pick<NodeBridgeOptions, 'dataDir' | 'secrets'> &
  Partial<Omit<NodeBridgeOptions, 'metrics' | 'targets'>> & {
    readonly proxyFor?: ProxyFor;
    readonly egress?: EgressRules | null;
  };

/** What can be asked of a receiver, however it is reached. */
export type OpenedReceiver = {
  /** Names of the registered handlers. */
  readonly handlers: readonly string[];
  /** The newest events with their runs, oldest first. */
  auditRows(limit?: number): Promise<readonly TimelineEntry[]>;
  deadLetters(): ReturnType<SqliteQueue['deadLetters']>;
};

/** @property metricsVersion that figures for Prometheus name; null: nothing is counted. */
type BridgeParts = { readonly metricsVersion: string | null; readonly openOutbound?: OpenOutbound };
export type OpenOutbound = typeof createOutboundFetch;

/** For handlers in work. */
const HANDLER_GRACE_MS = 10_000;
/** For a last checkpoint, which can be on the other side of a network. */
const MAINTENANCE_GRACE_MS = 5_000;
const PRUNE_EVERY_MS = 3_600_000;
/** What another process asks for in the data directory is taken as soon. */
const TAKE_EVERY_MS = 1_000;

/**
 * Everything of a Node receiver except its socket: `begin` starts its clockwork, once it can be reached; one of `abandon`
 * and `close` ends it.
 *
 * @throws when a secret, the page token, a handler or the directory is not usable; nothing stays open then.
 */
export async function openBridge(
  { proxyFor = CONNECT_DIRECTLY, egress = {}, ...given }: OpenBridgeOptions,
  { metricsVersion, openOutbound = createOutboundFetch }: BridgeParts,
) {
  const settings = { ...defaults(), ...given };
  const isGuarded = egress !== null && given.fetch === undefined;
  const targets = isGuarded ? openGuardedTargets(egress, proxyFor, settings.clock) : undefined;
  const outbound = openOutbound(proxyFor);
  const ways: Ways = {
    fetch: given.fetch ?? outbound.fetch,
    targets,
    close: async () => void (await Promise.all([outbound.close(), targets?.close()])),
  };
  try {
    return await openWith(ways, settings, metricsVersion);
  } catch (error) {
    await ways.close();
    throw error;
  }
}

/** The ways out. */
type Ways = OutboundFetch & { readonly targets: TargetGuard | undefined };

async function openWith(
  { fetch, targets, close: closeWays }: Ways,
  given: Omit<NodeBridgeOptions, 'metrics'>,
  metricsVersion: string | null,
) {
  const settings = { ...given, fetch, targets };
  const { audit, clock, log, retentionMs } = settings;
  await requirePageAssets(settings.page);
  const checkpointEveryMs = audit.checkpoints === null ? null : audit.everyMs;
  const metrics =
    metricsVersion === null
      ? null
      : createReceiverMetrics({ version: metricsVersion, checkpointEveryMs, clock });
  const bridge = await buildNodeBridge({ ...settings, metrics });
  const { runner, queue, claims, timeline, maintenance, inbox } = bridge;
  const uncatch = catchProcessStrays(bridge.strays, log);
  const release = async () => {
    uncatch();
    bridge.database.close();
    await closeWays();
  };
  let stopClockwork = () => {};
  const receiver: OpenedReceiver = {
    handlers: runner.handlers,
    auditRows: (limit = 1_000) => newestEntries(timeline, limit),
    deadLetters: () => queue.deadLetters(),
  };
  return {
    bridge,
    settings,
    metrics,
    receiver,
    begin: () => {
      let runs = true;
      const cancelPruning = every(clock, PRUNE_EVERY_MS, async () => {
        try {
          queue.forgetDeadBefore(clock.nowMs() - retentionMs);
          inbox.forgetBefore(clock.nowMs() - retentionMs);
          await claims.forgetExpired(clock.nowMs(), () => runs);
        } catch (error) {
          // The database may be closed under a last step, which is then left to the next start.
          if (runs) log.error({ cause: describeError(error) }, 'could not forget what is too old');
        }
      });
      const cancelTaking = every(clock, TAKE_EVERY_MS, bridge.takeReruns);
      stopClockwork = () => {
        runs = false;
        cancelPruning();
        cancelTaking();
      };
      // What an earlier process left behind is due at once.
      runner.wake();
      maintenance.start();
    },
    /** Before `begin`. */
    abandon: async () => {
      await runner.close(HANDLER_GRACE_MS);
      await release();
    },
    /**
     * @param endRequests lets those in work end, while the handlers do.
     * @param endMetrics when nothing more is counted.
     */
    close: async (endRequests: () => Promise<void>, endMetrics: () => Promise<void> = async () => {}) => {
      stopClockwork();
      bridge.endStreams();
      // Requests in work still need the database; the graces run at the same time.
      const [, cutOff] = await Promise.all([endRequests(), runner.close(HANDLER_GRACE_MS)]);
      logDrained(log, { waiting: queue.waiting(), cutOff });
      // Last, so that it attests what the last handlers have recorded.
      await maintenance.close(MAINTENANCE_GRACE_MS);
      await endMetrics();
      await release();
    },
  };
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
