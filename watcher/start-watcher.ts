import type { Clock } from './clock.ts';
import type { Dispatcher } from './delivery/dispatcher.ts';
import { type Readiness, startHealthServer } from './health/health-server.ts';
import type { DisabledFacts } from './ingest/bridge-event.ts';
import { createIngest, type Ingest } from './ingest/ingest.ts';
import { type Journal, openJournal } from './journal/open-journal.ts';
import type { Logger } from './log.ts';
import { readinessOf } from './readiness.ts';
import { repeat } from './repeat.ts';
import { awaitClusterUid } from './source/cluster-uid.ts';
import { createEventSource } from './source/event-source.ts';
import { createPodSource } from './source/pod-source.ts';
import type { Source } from './source/source.ts';
import { startDelivery } from './start-delivery.ts';
import { createSubscriptions } from './subscriptions/subscriptions.ts';
import type { WatcherDeps } from './watcher-deps.ts';

export type RunningWatcher = {
  /** Where `/livez` and `/readyz` are. */
  readonly healthUrl: string;
  /** What `/readyz` says. */
  readiness(): Readiness;
  /** Resolves when the watcher was stopped; rejects when it cannot go on (the journal's disk failed). */
  readonly ended: Promise<void>;
  /** Stops reading, gives deliveries in flight up to ten seconds, keeps the rest for the next start. Idempotent. */
  stop(): Promise<void>;
};

const SETTLE_INTERVAL_MS = 1_000;
const PURGE_INTERVAL_MS = 60_000;
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
  const journal = openJournal({ ...config.journal, clock, log });
  const releases: (() => Promise<void> | void)[] = [() => journal.close()];
  const release = async (): Promise<void> => {
    for (const each of releases.splice(0).reverse()) await each();
  };
  try {
    let pods: Source | null = null;
    let ingest: Ingest | null = null;
    const readiness = () =>
      readinessOf({
        pods: pods?.status() ?? null,
        listed: ingest !== null && ingest.resumePoint('pods') !== null,
        journal,
      });
    const health = await startHealthServer({ ...config.server, readiness });
    releases.push(() => health.close());

    const stop = new AbortController();
    const failure = Promise.withResolvers<never>();
    // Heard only by whoever awaits `ended`.
    failure.promise.catch(() => {});

    /** Ended by their receiver before the cluster had answered. */
    const ended: DisabledFacts[] = [];
    const dispatcher = await startDelivery(deps, journal, (facts) => {
      if (ingest) tell(ingest, facts, log);
      else ended.push(facts);
    });
    releases.push(() => dispatcher.stop({ drainMs: DRAIN_MS }));
    releases.push(
      repeat(clock, SETTLE_INTERVAL_MS, () => {
        const broken = journal.lastError();
        if (broken?.fatal) failure.reject(broken);
        else settle(ingest, log);
      }),
    );
    releases.push(repeat(clock, PURGE_INTERVAL_MS, () => purge(journal, clock, log)));

    const follow = async (): Promise<void> => {
      const client = { cluster, clock };
      const uid = await awaitClusterUid({ client, random: deps.random, log }, stop.signal);
      if (uid === null) return;
      journal.bindCluster(uid);
      const sink = ingestInto(journal, dispatcher, deps, uid);
      ingest = sink;
      for (const facts of ended.splice(0)) tell(sink, facts, log);
      const sources = openSources(deps, sink);
      pods = sources.pods;
      stop.signal.addEventListener('abort', () => void sources.all.map((source) => source.stop()));
      log.info(
        { server: cluster.server, cluster: clusterName(deps, uid), clusterUid: uid },
        'following the cluster',
      );
      await Promise.all(sources.all.map((source) => source.start()));
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

function ingestInto(journal: Journal, dispatcher: Dispatcher, deps: WatcherDeps, uid: string): Ingest {
  const { config, clock, observer } = deps;
  const { matching } = createSubscriptions(config.subscriptions);
  return createIngest({
    journal,
    cluster: { name: clusterName(deps, uid), uid },
    clock,
    matching,
    onStored(events) {
      dispatcher.wake(new Set(events.flatMap(({ event }) => event.subscriptions)));
      observer?.onStored?.(events);
    },
    replayExisting: config.watch.replayExisting,
  });
}

function openSources({ config, cluster, clock, random, log }: WatcherDeps, sink: Ingest) {
  const { watch } = config;
  const shared = { cluster, sink, clock, random, log, namespaces: watch.namespaces };
  const pods = createPodSource({ ...shared, node: watch.node, resyncIntervalMs: watch.resyncIntervalMs });
  return { pods, all: watch.kubeletEvents ? [pods, createEventSource(shared)] : [pods] };
}

function clusterName({ config, cluster }: WatcherDeps, uid: string): string {
  return config.cluster ?? cluster.contextName ?? uid;
}

function settle(ingest: Ingest | null, log: Logger): void {
  try {
    ingest?.settle();
  } catch (error) {
    log.warn({ cause: message(error) }, 'the journal cannot write; reading again from where it stands');
  }
}

function tell(ingest: Ingest, facts: DisabledFacts, log: Logger): void {
  try {
    ingest.disabled(facts);
  } catch (error) {
    log.error(
      { ...facts, cause: message(error) },
      'that a subscription was disabled could not be journalled',
    );
  }
}

function purge(journal: Journal, clock: Clock, log: Logger): void {
  try {
    journal.purge(clock.nowMs());
  } catch (error) {
    log.warn({ cause: message(error) }, 'old events could not be removed from the journal');
  }
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
