import { Readable } from 'node:stream';
import type { ClusterAccess, ClusterResponse } from '../../../watcher/source/cluster/cluster-access.ts';
import type { Mutation } from '../mutation.ts';

/** Mistakes in where reading goes on: put in between the source and the cluster, or the source and ingest. */
export const RESUMING_MUTATIONS: readonly Mutation[] = [
  {
    name: 'ignore-older-answer',
    mistake: 'a server that stands before what was seen is thought nothing of',
    caughtBy: ['DeclaredGap'],
    cluster: (cluster) =>
      changed(cluster, (path, response) => (asksWhere(path, response) ? standsAt('1000000000') : response)),
  },
  {
    name: 'events-list-is-old',
    mistake: 'what a list of Events shows is taken for old, also when it is what the watch could not tell',
    caughtBy: ['Complete'],
    sink: (sink) => ({
      ...sink,
      accept(batch) {
        const isListed = batch.kind === 'notices' && batch.resourceVersion === null;
        if (!isListed) sink.accept(batch);
      },
    }),
  },
];

function changed(
  cluster: ClusterAccess,
  change: (path: string, response: ClusterResponse) => ClusterResponse,
): ClusterAccess {
  return { ...cluster, request: async (path, options) => change(path, await cluster.request(path, options)) };
}

function asksWhere(path: string, { status }: ClusterResponse): boolean {
  return status === 200 && path.endsWith('limit=1');
}

function standsAt(resourceVersion: string): ClusterResponse {
  const body = Readable.from([Buffer.from(JSON.stringify({ metadata: { resourceVersion } }))]);
  return { status: 200, retryAfter: null, body };
}
