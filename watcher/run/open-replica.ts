import { hostname } from 'node:os';
import type { WatcherConfig } from '../config/watcher-config.ts';
import type { JournalledEvent } from '../ingest/lifecycle-journal.ts';
import type { Journal } from '../journal/open-journal.ts';
import type { BatchSink } from '../source/sink/source-batch.ts';
import { streamsOf } from '../source/source.ts';
import type { LeaseAddress } from '../standby/lease-api.ts';
import { replicaQueue } from '../standby/replica-queue.ts';
import { createStandby } from '../standby/standby.ts';
import { trackOrigins } from '../standby/track-origins.ts';
import type { SubscriptionBook } from '../subscriptions/book.ts';
import type { WatcherDeps } from './watcher-deps.ts';

/** This watcher as one of several, or alone: then everything is as if there was no such thing. */
export type Replica = {
  /** To write to. */
  readonly journal: Journal;
  /** To deliver from. */
  readonly queue: Journal;
  /** There is no other: what this one stored nobody else has delivered. */
  readonly isAlone: boolean;
  /** What the sources write to. */
  sink(into: BatchSink): BatchSink;
  /** Call with what was stored, before it could be delivered. */
  onStored(events: readonly JournalledEvent[]): void;
  troubles(): readonly string[];
  /** Whether it delivers everything. */
  leads(): boolean;
  /** Takes part from now on. @param wake called when there may be more, or less, to deliver here. */
  start(wake: () => void): void;
  /** Hands over to another replica once `delivered` has resolved, or soon. */
  stop(delivered: Promise<void>): Promise<void>;
};

/** The second stage: who else has the same cluster and the same receivers. */
export function openReplica(
  deps: WatcherDeps,
  journal: Journal,
  book: Pick<SubscriptionBook, 'names'>,
): Replica {
  const { config, cluster, clock, random, log } = deps;
  if (config.standby === undefined) return alone(journal);
  const { leaseDurationMs } = config.standby;
  const streams = streamsOf(config.watch);
  const origins = trackOrigins(journal, streams);
  const standby = createStandby({
    journal,
    origins,
    cluster,
    streams,
    lease: leaseAddress(config.standby, cluster.namespace),
    durationMs: leaseDurationMs,
    identity: `${hostname()}_${suffix(random)}`,
    book,
    clock,
    log,
  });
  const { sink, journal: tracked } = origins;
  const queue = replicaQueue(journal, standby.leads);
  return { ...standby, isAlone: false, journal: tracked, queue, sink };
}

/** Which Lease the replicas share. @param contextNamespace of the Pod or the kubeconfig's context. */
export function leaseAddress(
  { lease: { name, namespace } }: NonNullable<WatcherConfig['standby']>,
  contextNamespace: string | null,
): LeaseAddress {
  return { name, namespace: namespace ?? contextNamespace ?? 'default' };
}

function alone(journal: Journal): Replica {
  journal.stopFollowing();
  return {
    journal,
    queue: journal,
    isAlone: true,
    sink: (into) => into,
    onStored() {},
    troubles: () => [],
    leads: () => true,
    start() {},
    stop: async () => {},
  };
}

/** Tells the processes of one host apart, also one and its successor, which must not inherit the Lease. */
function suffix(random: () => number): string {
  return Math.floor(random() * 2 ** 40)
    .toString(36)
    .padStart(8, '0');
}
