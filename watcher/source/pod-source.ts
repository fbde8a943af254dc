import { joinSources } from './join-sources.ts';
import { createPodFeed } from './pod-feed.ts';
import { createQuieterLog } from './quieter-log.ts';
import { createReflector } from './reflector/reflector.ts';
import { createSourceHealth } from './reflector/source-health.ts';
import { createTurns, type Turns } from './reflector/turns.ts';
import { runComparisons } from './run-comparisons.ts';
import { createSource, deadlinesOf, type Source, type SourceDeps, scopesOf } from './source.ts';

/** Bookmarks come about every minute, and silence is noticed after 100 s: two minutes mean that something is wrong. */
const STALE_AFTER_MS = 120_000;

type PodSourceDeps = SourceDeps & {
  /** Only the Pods of this node (one watcher a node). */
  readonly node?: string | undefined;
  /** Time between comparisons with a full list, ± 10 %. */
  readonly resyncIntervalMs: number;
};

/**
 * Follows the Pods of a cluster, of namespaces or of a node into the sink: first a full list or the changes since the
 * sink's resume point, then every change in order, without end. Each of several namespaces is followed by itself; they
 * take turns to list.
 */
export function createPodSource(deps: PodSourceDeps): Source {
  const scopes = scopesOf(deps);
  const turns = createTurns(deps.clock);
  const log = scopes.length > 1 ? createQuieterLog(deps.log, deps.clock) : deps.log;
  return joinSources(
    scopes.map((namespace) => ({ namespace, source: followPods({ ...deps, log }, namespace, turns) })),
  );
}

/** @param namespace null: the whole cluster. */
function followPods(deps: PodSourceDeps, namespace: string | null, turns: Turns): Source {
  const { cluster, clock, log, node, random, setAside, sink } = deps;
  const client = { cluster, clock };
  const fieldSelector = node === undefined ? null : `spec.nodeName=${node}`;
  const collection = { resource: 'pods', namespace, fieldSelector } as const;
  const health = createSourceHealth({ clock, log, collection, staleAfterMs: STALE_AFTER_MS });
  const feed = createPodFeed({
    collection,
    sink,
    setAside,
    onMissed({ seen, gone }) {
      health.missed(seen.length + gone.length);
      const details = { seen: seen.length, gone: gone.length };
      log.warn(
        details,
        'the API server did not tell the watch about some changes; a full list brought them to light',
      );
    },
  });
  const { sameCluster } = deps;
  const reflector = createReflector({
    ...{ client, feed, random, health, turns, deadlines: deadlinesOf(deps), sameCluster },
    whenForbidden: 'retry',
  });
  return createSource(health.status, [
    reflector.run,
    (signal) =>
      runComparisons(
        {
          client,
          feed,
          random,
          log,
          turns,
          intervalMs: deps.resyncIntervalMs,
          isWatching: () => health.status().state === 'watching',
          onRewound: reflector.rewound,
        },
        signal,
      ),
  ]);
}
