import { createEventFeed, NOTICE_SELECTOR } from './event-feed.ts';
import { createReflector } from './reflector/reflector.ts';
import { createSourceHealth } from './reflector/source-health.ts';
import { createSource, deadlinesOf, type Source, type SourceDeps, scopeOf } from './source.ts';

/** A watch without news tells nothing for up to ten minutes, and is cut half a minute later. */
const STALE_AFTER_MS = 660_000;

/**
 * Follows the kubelet's Events about containers into the sink. They are optional: without the permission the
 * source disables itself with one warning, and Pods are followed all the same. Events cannot be selected by node: with
 * `node`, those of other nodes are read and left aside.
 */
export function createEventSource(deps: SourceDeps & { readonly node?: string | undefined }): Source {
  const { cluster, clock, log, random, setAside, sink } = deps;
  const { namespace, namespaces } = scopeOf(deps);
  const health = createSourceHealth({ clock, log, resource: 'events', staleAfterMs: STALE_AFTER_MS });
  const feed = createEventFeed({
    collection: { resource: 'events', namespace, fieldSelector: NOTICE_SELECTOR },
    sink,
    namespaces,
    node: deps.node ?? null,
    setAside,
  });
  const client = { cluster, clock };
  const { sameCluster } = deps;
  // A quiet watch of Events says nothing for as long as it lasts. That its other end is gone is found out by TCP
  // keep-alive within half a minute, and behind a proxy when the watch should have ended.
  const deadlines = { ...deadlinesOf(deps), silenceMs: null };
  const reflector = createReflector({
    ...{ client, feed, random, health, deadlines, sameCluster },
    whenForbidden: 'disable',
  });
  return createSource(health.status, [reflector.run]);
}
