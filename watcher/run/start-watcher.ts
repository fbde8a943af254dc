import { messageOf } from '../../settings/ambient/describe-error.ts';
import { repeat } from '../../settings/ambient/every.ts';
import type { Logger } from '../ambient/log.ts';
import { createSetAside, type SetAside } from '../ambient/set-aside.ts';
import type { Dispatcher } from '../delivery/queue/dispatcher.ts';
import { type Readiness, startHealthServer } from '../health/health-server.ts';
import { createIngest, type Ingest } from '../ingest/ingest.ts';
import { JournalWriteError } from '../journal/database/journal-error.ts';
import { startJournalUpkeep } from '../journal/journal-upkeep.ts';
import { type Journal, openJournal } from '../journal/open-journal.ts';
import { observeLists } from '../metrics/observe-lists.ts';
import { takeReadings } from '../metrics/take-readings.ts';
import { createWatcherMetrics, type WatcherMetrics } from '../metrics/watcher-metrics.ts';
import { awaitClusterUid } from '../source/cluster-uid.ts';
import { createSubscriptions } from '../subscriptions/subscriptions.ts';
import { openReplica, type Replica } from './open-replica.ts';
import { followedBy, openSources, type Sources } from './open-sources.ts';
import { readinessOf } from './readiness.ts';
import { startDelivery } from './start-delivery.ts';
import type { WatcherDeps } from './watcher-deps.ts';

export type RunningWatcher = {
  /** Where `/livez`, `/readyz` and `/metrics` are. */
  readonly healthUrl: string;
  /** What `/readyz` says. */
  readiness(): Readiness;
  /** Resolves when the watcher was stopped; rejects when it cannot go on (the journal's disk failed). */
  readonly ended: Promise<void>;
  /** Stops reading, gives deliveries in flight up to ten seconds, keeps the rest for the next start. Idempotent. */
  stop(): Promise<void>;
};

const SETTLE_INTERVAL_MS = 1_000;
const DRAIN_MS = 10_000;

/**
 * Puts the watcher together: source → ingest → journal → delivery.
 *
 * A cluster that does not answer, a missing permission, a receiver that is down or a full disk are waited out and
 * shown by the log and `/readyz`.
 *
 * @throws JournalError when the journal's directory cannot be used; Error when the health port cannot be bound.
 */
export async function startWatcher(deps: WatcherDeps): Promise<RunningWatcher> {
  const { config, cluster, clock, log } = deps;
  const opened = openJournal({ ...config.journal, clock, log });
  const releases: (() => Promise<void> | void)[] = [() => opened.close()];
  const release = async (): Promise<void> => {
    for (const each of releases.splice(0).reverse()) await each();
  };
  try {
    let dispatcher: Dispatcher | null = null;
    const replica = openReplica(deps, opened, () => dispatcher?.refresh([]));
    const { journal } = replica;
    let sources: Sources | null = null;
    let ingest: Ingest | null = null;
    const setAside = createSetAside({ log, clock });
    const readiness = () =>
      readinessOf({
        pods: sources?.pods.status() ?? null,
        listed: ingest !== null && ingest.resumePoint('pods') !== null,
        journal,
        standby: replica.troubles(),
        setAside: setAside.report(),
      });
    const subscriptions = config.subscriptions.map(({ name }) => name);
    const metrics = createWatcherMetrics({
      version: deps.version,
      subscriptions,
      clock,
      read: () =>
        takeReadings({
          journal,
          subscriptions,
          sources,
          setAside: setAside.report(),
          ready: readiness().ready,
        }),
    });
    const health = await startHealthServer({ ...config.server, readiness, metrics: metrics.page, log });
    releases.push(() => health.close());

    const stop = new AbortController();
    const failure = Promise.withResolvers<never>();
    // Heard only by whoever awaits `ended`.
    failure.promise.catch(() => {});

    const delivery = await startDelivery(deps, replica.queue, metrics, failure.reject);
    dispatcher = delivery;
    releases.push(async () => {
      const delivered = delivery.stop({ drainMs: DRAIN_MS });
      await replica.stop(delivered);
      await delivered;
    });
    replica.start();
    releases.push(
      repeat(clock, SETTLE_INTERVAL_MS, () => {
        const broken = journal.lastError();
        if (broken?.fatal) failure.reject(broken);
        else settle(ingest, log);
        takeOver(journal, delivery, log);
      }),
    );
    releases.push(startJournalUpkeep({ journal, clock, log, onRemoved: metrics.onRemoved }));

    const follow = async (): Promise<void> => {
      const client = { cluster, clock };
      const uid = await awaitClusterUid({ client, random: deps.random, log }, stop.signal);
      if (uid === null) return;
      journal.bindCluster(uid);
      const sink = ingestInto({ replica, dispatcher: delivery, metrics, setAside }, deps, uid);
      ingest = sink;
      const open = openSources(deps, {
        sink: observeLists(replica.sink(sink), metrics.onListed),
        setAside,
        bind: (found) => journal.bindCluster(found),
      });
      sources = open;
      stop.signal.addEventListener('abort', () => void open.all.map((source) => source.stop()));
      log.info(
        { server: cluster.server, cluster: clusterName(deps, uid), clusterUid: uid },
        'following the cluster',
      );
      await Promise.all(open.all.map((source) => source.start()));
      settle(sink, log);
    };
    const following = follow();
    following.catch(failure.reject);
    releases.push(async () => {
      stop.abort();
      await following.catch(() => {});
    });
    const stopped = Promise.withResolvers<void>();
    return {
      healthUrl: health.url,
      readiness,
      ended: Promise.race([failure.promise, stopped.promise]),
      async stop() {
        await release();
        stopped.resolve();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

function ingestInto(
  {
    replica,
    dispatcher,
    metrics,
    setAside,
  }: {
    readonly replica: Replica;
    readonly dispatcher: Dispatcher;
    readonly metrics: WatcherMetrics;
    readonly setAside: SetAside;
  },
  deps: WatcherDeps,
  uid: string,
): Ingest {
  const { config, clock, observer } = deps;
  const { matching } = createSubscriptions(config.subscriptions);
  return createIngest({
    journal: replica.journal,
    cluster: { name: clusterName(deps, uid), uid },
    clock,
    matching,
    onStored(events) {
      replica.onStored(events);
      dispatcher.wake(new Set(events.flatMap(({ event }) => event.subscriptions)));
      metrics.onStored(events);
      observer?.onStored?.(events);
    },
    follows: followedBy(config.watch),
    setAside,
    replayExisting: config.watch.replayExisting,
  });
}

function clusterName({ config, cluster }: WatcherDeps, uid: string): string {
  return config.cluster ?? cluster.contextName ?? uid;
}

function settle(ingest: Ingest | null, log: Logger): void {
  try {
    ingest?.settle();
  } catch (error) {
    // After a fatal error the watcher ends; the next look at the journal says so.
    if (error instanceof JournalWriteError && error.fatal) return;
    log.warn({ cause: messageOf(error) }, 'the journal cannot write; reading again from where it stands');
  }
}

/** What `offhook journal` did in a process of its own. */
function takeOver(journal: Journal, dispatcher: Dispatcher, log: Logger): void {
  try {
    const foreign = journal.takeForeignChanges();
    if (foreign === null) return;
    dispatcher.refresh(foreign.enabled);
    for (const subscription of foreign.enabled)
      log.info({ subscription }, 'a subscription was enabled: taken up again');
  } catch (error) {
    log.warn({ cause: messageOf(error) }, 'changes of other processes could not be read; looking again');
  }
}
