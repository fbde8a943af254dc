import { createEventFeed, NOTICE_SELECTOR } from './event-feed.ts';
import { runReflector } from './reflector.ts';
import { deadlinesOf, type Source, type SourceDeps, scopeOf, sourceOf } from './source.ts';
import { createSourceHealth } from './source-health.ts';

/**
 * Follows the kubelet's Events about containers into the sink. They are optional: without the permission the
 * source disables itself with one warning, and Pods are followed all the same. Events cannot be selected by node: with
 * `node`, those of other nodes are read and left aside.
 */
export function createEventSource(deps: SourceDeps & { readonly node?: string | undefined }): Source {
  const { cluster, clock, log, random, setAside, sink } = deps;
  const { namespace, namespaces } = scopeOf(deps);
  const health = createSourceHealth({ clock, log, resource: 'events' });
  const feed = createEventFeed({
    collection: { resource: 'events', namespace, fieldSelector: NOTICE_SELECTOR },
    sink,
    namespaces,
    node: deps.node ?? null,
    setAside,
  });
  const client = { cluster, clock };
  return sourceOf(health.status, [
    (signal) =>
      runReflector(
        { client, feed, random, health, deadlines: deadlinesOf(deps), whenForbidden: 'disable' },
        signal,
      ),
  ]);
}
