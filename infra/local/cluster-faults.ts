import type { AccessRules } from './api/http/access-rules.ts';
import type { RequestFault, RequestFaults } from './api/http/request-faults.ts';
import type { Watches } from './api/read/watches.ts';
import type { KubeObject } from './objects/kube-object.ts';
import type { Store } from './store/store.ts';

/** What tests do to the API server, and see of it, besides what clients can. */
export function createClusterFaults({
  store,
  watches,
  access,
  faults,
}: {
  readonly store: Store;
  readonly watches: Watches;
  /** Changed in place: the server reads it at each request. */
  readonly access: AccessRules;
  readonly faults: RequestFaults;
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
    /**
     * What becomes of chosen requests from now on: a refusal, no answer at all, or a connection that is reset. Replaces what was
     * set before; requests that hang are cut off.
     */
    setFaults: (list: readonly RequestFault[]) => faults.set(list),
    /** Number of requests that hang now. */
    hangingRequests: () => faults.hanging(),
    /** A Lease as it stands. */
    lease: (namespace: string, name: string) => store.get('leases', `${namespace}/${name}`),
    /** The newest resourceVersion. */
    resourceVersion: () => String(store.version()),
    /** Calls back for each change of a kind (`pods`; of custom objects `plural.group`), at the moment it is stored; returns the function that stops it. */
    onChange: (
      plural: string,
      listener: (change: { type: string; object: KubeObject; version: number }) => void,
    ) => store.subscribe(plural, listener),
  };
}
