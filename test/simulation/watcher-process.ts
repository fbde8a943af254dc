import type { Clock } from '../../settings/ambient/clock.ts';
import { messageOf } from '../../settings/ambient/describe-error.ts';
import { every } from '../../settings/ambient/every.ts';
import { createDispatcher, type Dispatcher } from '../../watcher/delivery/queue/dispatcher.ts';
import { createIngest, type Ingest } from '../../watcher/ingest/ingest.ts';
import { type Journal, openJournal } from '../../watcher/journal/open-journal.ts';
import { handOver } from '../../watcher/run/hand-over.ts';
import type { SourceLog } from '../../watcher/source/api/source-log.ts';
import type { ClusterAccess } from '../../watcher/source/cluster/cluster-access.ts';
import { awaitClusterUid, confirmCluster } from '../../watcher/source/cluster-uid.ts';
import { createEventSource } from '../../watcher/source/event-source.ts';
import { createPodSource } from '../../watcher/source/pod-source.ts';
import { createSetAside } from '../../watcher/source/sink/set-aside.ts';
import type { BatchSink } from '../../watcher/source/sink/source-batch.ts';
import { streamsOf } from '../../watcher/source/source.ts';
import { createBook } from '../../watcher/subscriptions/book.ts';
import { createMatching } from '../../watcher/subscriptions/matching.ts';
import { Crash, type CrashPoint } from './crash-points.ts';
import { createFaultyJournal, type JournalProcess } from './faulty-journal.ts';
import type { Mutation } from './mutation.ts';
import type { Receivers } from './receivers.ts';
import { subscriptionsOf, TENANT_LIMITS, targetOf } from './subscriptions.ts';

export interface WatcherProcess {
  /** SIGTERM: as `startWatcher` does it. */
  stop(): Promise<void>;
  /** After its death or end: gives the files free. */
  close(): void;
}

export type WatcherProcessDeps = {
  readonly directory: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly cluster: ClusterAccess;
  /** undefined: the whole cluster. */
  readonly namespaces: readonly string[] | undefined;
  /** Whether a tenant is there of which next to nothing may wait. */
  readonly hasQuota: boolean;
  readonly receivers: Receivers;
  readonly process: JournalProcess & { visit(point: CrashPoint): void };
  readonly mutation: Mutation | null;
  readonly log: (message: string) => void;
};

/** As in the product. */
const SETTLE_INTERVAL_MS = 1_000;
const RETENTION_INTERVAL_MS = 60_000;
const DRAIN_MS = 10_000;
/** Ten minutes in the product; shorter here, so that a simulation holds several comparisons. */
const RESYNC_INTERVAL_MS = 90_000;

/**
 * One watcher, put together as `startWatcher` does it, out of the same parts: real source, ingest, journal and
 * dispatcher. What differs is what comes in from outside: clock, randomness, cluster, senders, and the faults in front
 * of the disk. There is no health server, since that is a socket.
 */
export function startWatcherProcess(deps: WatcherProcessDeps): WatcherProcess {
  const { clock, random, process, mutation, log } = deps;
  mutation?.beforeOpen?.(deps.directory);
  const opened = openJournal({
    ...{ directory: deps.directory, allowVolatile: true, clock },
    tenantLimits: TENANT_LIMITS,
  });
  const journal = mutated(createFaultyJournal(opened, process), mutation);
  let ingest: Ingest | null = null;
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      log(`failed: ${messageOf(error)}`);
    }
  };
  const dispatcher = startDispatcher(deps, journal);
  const timers = [
    every(clock, SETTLE_INTERVAL_MS, () => guarded(() => ingest?.settle())),
    every(clock, RETENTION_INTERVAL_MS, () => guarded(() => journal.removeExpired(clock.nowMs()))),
  ];
  const stop = new AbortController();

  async function follow(): Promise<void> {
    process.visit('opened');
    const cluster = mutation?.cluster?.(deps.cluster) ?? deps.cluster;
    const client = { cluster, clock };
    const uid = await awaitClusterUid({ client, random, log: sourceLog(log) }, stop.signal);
    if (uid === null) return;
    journal.bindCluster(uid);
    process.visit('bound');
    const setAside = createSetAside({ log: sourceLog(log), clock });
    const sink = createIngest({
      journal,
      cluster: { name: 'simulated', uid },
      clock,
      matching: createMatching(createBook(subscriptionsOf(deps.hasQuota))),
      onStored(events) {
        process.visit('stored');
        handOver(events, dispatcher);
      },
      streams: streamsOf({ namespaces: deps.namespaces, kubeletEvents: true }),
      follows: () => true,
      setAside,
      replayExisting: false,
    });
    ingest = sink;
    const sameCluster = confirmCluster(client, (found) => journal.bindCluster(found));
    const shared = {
      ...{ ...client, sink: entrance(sink, deps), random, log: sourceLog(log) },
      ...{ setAside, sameCluster, namespaces: deps.namespaces },
    };
    const sources = [
      createPodSource({ ...shared, resyncIntervalMs: RESYNC_INTERVAL_MS }),
      createEventSource(shared),
    ];
    stop.signal.addEventListener('abort', () => void sources.map((source) => source.stop()));
    await Promise.all(sources.map((source) => source.start()));
    guarded(() => sink.settle());
  }

  const following = follow().catch((error: unknown) => {
    if (!(error instanceof Crash)) throw error;
  });
  return {
    async stop() {
      stop.abort();
      await following;
      for (const cancel of timers) cancel();
      await dispatcher.stop({ drainMs: DRAIN_MS });
    },
    close: () => opened.close(),
  };
}

function startDispatcher(
  { clock, random, hasQuota, receivers, process, mutation, log }: WatcherProcessDeps,
  journal: Journal,
): Dispatcher {
  const dispatcher = createDispatcher({
    store: mutation?.store?.(journal) ?? journal,
    clock,
    random,
    observer: { onAttempt() {} },
    onDisabled: () => {},
    onStoreError: (error) => log(`not stored: ${messageOf(error)}`),
  });
  for (const { name } of subscriptionsOf(hasQuota)) {
    const target = targetOf(name);
    const sender = receivers.sender(name, process);
    dispatcher.add({
      target: mutation?.target?.(target) ?? target,
      sender: mutation?.sender?.(sender, journal, name) ?? sender,
    });
  }
  return dispatcher;
}

function mutated(journal: Journal, mutation: Mutation | null): Journal {
  return { ...journal, ...mutation?.journal?.(journal) };
}

function entrance(ingest: BatchSink, { process, mutation }: WatcherProcessDeps): BatchSink {
  const sink: BatchSink = {
    resumePoint: (stream) => ingest.resumePoint(stream),
    accept(batch) {
      process.visit('read');
      ingest.accept(batch);
    },
  };
  return mutation?.sink?.(sink) ?? sink;
}

function sourceLog(log: (message: string) => void): SourceLog {
  return {
    debug() {},
    info: (_, message) => log(message),
    warn: (_, message) => log(message),
  };
}
