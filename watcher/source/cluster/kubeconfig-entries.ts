import type { Cluster, Context, User } from '@kubernetes/client-node';
// Not the package's front door: behind it stand generated models of all of Kubernetes, megabytes that nobody here uses.
import { newClusters, newContexts, newUsers } from '@kubernetes/client-node/dist/config_types.js';

/** What a kubeconfig lists, named as client-node has it. */
export type KubeconfigEntries = {
  readonly clusters: readonly Cluster[];
  readonly contexts: readonly Context[];
  readonly users: readonly User[];
  readonly currentContext: string;
};

/** @throws Error naming the entry that lacks something, such as `clusters[0].cluster.server is missing`. */
export function entriesOf(document: Readonly<Record<string, unknown>>): KubeconfigEntries {
  const current = document['current-context'];
  return {
    clusters: newClusters(document.clusters),
    contexts: newContexts(document.contexts),
    users: newUsers(document.users),
    currentContext: typeof current === 'string' ? current : '',
  };
}
