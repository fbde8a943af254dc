import { createEventFeed, NOTICE_SELECTOR } from './event-feed.ts';
import { joinSources } from './join-sources.ts';
import { createQuieterLog } from './quieter-log.ts';
import { createReflector } from './reflector/reflector.ts';
import { createSourceHealth } from './reflector/source-health.ts';
import { createTurns, type Turns } from './reflector/turns.ts';
import { createSource, deadlinesOf, type Source, type SourceDeps, scopesOf } from './source.ts';

/** A watch without news tells nothing for up to ten minutes, and is cut half a minute later. */
const STALE_AFTER_MS = 660_000;

type EventSourceDeps = SourceDeps & { readonly node?: string | undefined };

/**
 * Follows the kubelet's Events about containers into the sink, each of several namespaces by itself. They are optional:
 * without the permission the source disables itself (of several namespaces, that one) with one warning, and Pods are
 * followed all the same. Events cannot be selected by node: with `node`, those of other nodes are read and left aside.
 */
export function createEventSource(deps: EventSourceDeps): Source {
  const scopes = scopesOf(deps);
  const turns = createTurns(deps.clock);
  const log = scopes.length > 1 ? createQuieterLog(deps.log, deps.clock) : deps.log;
  return joinSources(
    scopes.map((namespace) => ({ namespace, source: followEvents({ ...deps, log }, namespace, turns) })),
  );
}

/** @param namespace null: the whole cluster. */
function followEvents(deps: EventSourceDeps, namespace: string | null, turns: Turns): Source {
  const { cluster, clock, log, random, setAside, sink, sameCluster, node = null } = deps;
  const collection = { resource: 'events', namespace, fieldSelector: NOTICE_SELECTOR } as const;
  const health = createSourceHealth({ clock, log, collection, staleAfterMs: STALE_AFTER_MS });
  const feed = createEventFeed({ collection, sink, node, setAside });
  const client = { cluster, clock };
  // A quiet watch of Events says nothing for as long as it lasts. That its other end is gone is found out by TCP
  // keep-alive within half a minute, and behind a proxy when the watch should have ended.
  const deadlines = { ...deadlinesOf(deps), silenceMs: null };
  const reflector = createReflector({
    ...{ client, feed, random, health, turns, deadlines, sameCluster },
    whenForbidden: 'disable',
  });
  return createSource(health.status, [reflector.run]);
}
