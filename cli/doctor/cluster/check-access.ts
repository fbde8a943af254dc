import type { Environment } from '../../../settings/overrides.ts';
import { type ClusterAccess, loadCluster } from '../../../watcher/source/cluster/cluster-access.ts';
import { ClusterAccessError } from '../../../watcher/source/cluster/cluster-access-error.ts';
import { proxiesOfEnvironment } from '../../../watcher/source/cluster/cluster-proxy.ts';
import type { Examination, Examined } from '../examination/examination.ts';
import { notOk, ok } from '../examination/finding.ts';
import { API_SERVER_GROUP } from './cluster-group.ts';

/** What the command line says of the cluster. */
export type WhichCluster = {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly server: string | undefined;
};

/** Whether there is a way to the cluster: kubeconfig, context, credentials. Does not connect yet. */
export function checkAccess(
  { check, clock }: Examination,
  which: WhichCluster,
  env: Environment,
): Examined<ClusterAccess> {
  return check<ClusterAccess>({
    id: 'cluster.access',
    group: API_SERVER_GROUP,
    title: 'access',
    needs: [],
    async run() {
      try {
        const cluster = await loadCluster({ ...which, env, clock, proxyFor: proxiesOfEnvironment(env) });
        const { contextName, server, insecure } = cluster;
        const name = contextName === null ? '' : `context ${contextName}, `;
        const message = `${name}${server}`;
        if (!insecure || server.startsWith('http:')) return ok(message, cluster);
        const hints = [
          'The kubeconfig says insecure-skip-tls-verify: whoever is in between can answer instead.',
        ];
        return { status: 'warning', message, hints, value: cluster };
      } catch (error) {
        if (error instanceof ClusterAccessError) return notOk(error.message);
        throw error;
      }
    },
  });
}
