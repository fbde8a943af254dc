import type { AccessRules } from './api/http/access-rules.ts';
import type { Watches } from './api/read/watches.ts';
import type { KubeObject } from './objects/kube-object.ts';
import type { Store } from './store/store.ts';

/** What tests do to the API server, and see of it, besides what clients can. */
export function createClusterFaults({
  store,
  watches,
  access,
}: {
  readonly store: Store;
  readonly watches: Watches;
  /** Changed in place: the server reads it at each request. */
  readonly access: AccessRules;
}) {
  return {
    /** Compacts the history: every resourceVersion handed out so far has expired. */
    expireHistory: () => store.forget(),
    /** Resets the connection of every open watch, or of those of one namespace. */
    dropWatches: (namespace?: string) => watches.drop(namespace),
    /** While true no watch writes anything, bookmarks included: a half-open connection. What happens is lost. */
    holdWatchesSilent: (silent: boolean) => watches.setSilent(silent),
    /** Number of open watch streams. */
    openWatches: () => watches.size(),
    /** Replaces the access rules: a required token, forbidden verbs, or all that is granted. */
    setAccess(rules: AccessRules) {
      Object.assign(access, { token: undefined, forbid: undefined, grant: undefined }, rules);
    },
    /** A Lease as it stands. */
    lease: (namespace: string, name: string) => store.get('leases', `${namespace}/${name}`),
    /** The newest resourceVersion. */
    resourceVersion: () => String(store.version()),
    /** Calls back for each change of a kind, at the moment it is stored; returns the function that stops it. */
    onChange: (
      plural: 'pods' | 'events' | 'leases',
      listener: (change: { type: string; object: KubeObject; version: number }) => void,
    ) => store.subscribe(plural, listener),
  };
}
