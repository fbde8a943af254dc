import type { Clock } from '../../settings/ambient/clock.ts';
import type { Ending } from './api/ending.ts';
import type { SourceLog } from './api/source-log.ts';
import type { ClusterAccess } from './cluster/cluster-access.ts';
import type { StreamDeadlines } from './reflector/reflector-deps.ts';
import type { SourceStatus } from './reflector/source-health.ts';
import type { SetAside } from './sink/set-aside.ts';
import type { BatchSink } from './sink/source-batch.ts';
import { type StreamName, streamOf } from './sink/stream-name.ts';

/** A part of the cluster that is being followed into a {@link BatchSink}. */
export interface Source {
  /**
   * Begins to follow; once. The promise resolves when the source was stopped (or disabled itself) and rejects only
   * when another cluster answers, or on a programming error: troubles of network, server and sink are waited out.
   */
  start(): Promise<void>;
  /** Cuts all connections; resolves when no batch can come any more. Any number of times. */
  stop(): Promise<void>;
  status(): SourceStatus;
}

export type SourceDeps = {
  readonly cluster: ClusterAccess;
  readonly sink: BatchSink;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: SourceLog;
  /** What cannot be read or believed, object by object. */
  readonly setAside: SetAside;
  /** See the reflector's; without it any cluster will do. */
  readonly sameCluster?: ((signal: AbortSignal) => Promise<Ending | null>) | undefined;
  /**
   * None or empty: the whole cluster. Otherwise each namespace has a list, a watch and a resume point of its own, so
   * that a Role in each suffices.
   */
  readonly namespaces?: readonly string[] | undefined;
  readonly deadlines?: Partial<StreamDeadlines> | undefined;
};

/** 30 s for an answer to begin; 100 s of silence, as bookmarks of Pods come about every minute. */
const DEFAULT_DEADLINES: StreamDeadlines = { headersTimeoutMs: 30_000, silenceMs: 100_000 };

export function deadlinesOf({ deadlines }: Pick<SourceDeps, 'deadlines'>): StreamDeadlines {
  return { ...DEFAULT_DEADLINES, ...deadlines };
}

/** What is followed by a list and watch of its own: each namespace, or null: the whole cluster. */
export function scopesOf({ namespaces = [] }: Pick<SourceDeps, 'namespaces'>): readonly (string | null)[] {
  return namespaces.length === 0 ? [null] : [...new Set(namespaces)];
}

/** The streams that are followed for these scopes. */
export function streamsOf(watch: {
  readonly namespaces?: readonly string[] | undefined;
  readonly kubeletEvents: boolean;
}): readonly StreamName[] {
  return scopesOf(watch).flatMap((namespace): StreamName[] => [
    streamOf('pods', namespace),
    ...(watch.kubeletEvents ? [streamOf('events', namespace)] : []),
  ]);
}

/** A {@link Source} out of the loops that do the work; when one fails the others are stopped. */
export function createSource(
  status: () => SourceStatus,
  loops: readonly ((signal: AbortSignal) => Promise<void>)[],
): Source {
  const controller = new AbortController();
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    try {
      await Promise.all(loops.map((loop) => loop(controller.signal)));
    } finally {
      controller.abort();
    }
  }

  return {
    start() {
      running ??= run();
      return running;
    },
    async stop() {
      controller.abort();
      // Why it ended is heard by whoever started it.
      await running?.catch(() => {});
    },
    status,
  };
}
