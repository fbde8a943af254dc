import type { Collection } from './api/collection-path.ts';
import type { EndingKind } from './api/ending.ts';
import { createObjectFeed } from './object-feed.ts';
import { createReflector } from './reflector/reflector.ts';
import { createSourceHealth } from './reflector/source-health.ts';
import type { Turns } from './reflector/turns.ts';
import { createSource, deadlinesOf, type Source, type SourceDeps } from './source.ts';

/** As of Pods: bookmarks come about every minute. */
const STALE_AFTER_MS = 120_000;

/** What says for the time being that there is nothing to follow: no such collection, or none that may be read. */
const UNAVAILABLE: ReadonlySet<EndingKind> = new Set(['absent', 'forbidden']);

/** A collection that is kept in memory as the API server shows it; begins anew with each start of the watcher. */
export interface ObjectSource<Item> extends Source {
  /** By UID; null before the first complete list. Another map after each change. */
  objects(): ReadonlyMap<string, Item> | null;
  /** Resolves when it is known what there is, or that nothing can be known of it; never rejects. */
  readonly known: Promise<void>;
}

type ObjectSourceDeps<Item> = Pick<
  SourceDeps,
  'cluster' | 'clock' | 'random' | 'log' | 'sameCluster' | 'deadlines'
> & {
  readonly collection: Collection;
  readonly turns: Turns;
  /** What is kept of an object; null when it is of no interest. */
  readonly project: (object: unknown) => Item | null;
  /** {@link ObjectSource.objects} tells the new state already; must not throw. */
  readonly onChange: () => void;
};

/**
 * Follows a collection of few objects (subscriptions, namespaces) without end. Where the API server does not know it, or
 * does not let it be read, that is asked again about every half minute.
 */
export function createObjectSource<Item>(deps: ObjectSourceDeps<Item>): ObjectSource<Item> {
  const { cluster, clock, collection, log, onChange, project, random, sameCluster, turns } = deps;
  const known = Promise.withResolvers<void>();
  const feed = createObjectFeed({
    collection,
    project,
    onChange() {
      onChange();
      known.resolve();
    },
  });
  const health = createSourceHealth({ clock, log, collection, staleAfterMs: STALE_AFTER_MS });
  const reflector = createReflector({
    client: { cluster, clock },
    ...{ feed, random, turns, sameCluster, deadlines: deadlinesOf(deps) },
    health: {
      ...health,
      ended(ending, waitMs) {
        health.ended(ending, waitMs);
        if (UNAVAILABLE.has(ending.kind)) known.resolve();
      },
    },
    whenForbidden: 'retry',
  });
  const source = createSource(health.status, [reflector.run]);
  return {
    ...source,
    async stop() {
      known.resolve();
      await source.stop();
    },
    objects: feed.objects,
    known: known.promise,
  };
}
