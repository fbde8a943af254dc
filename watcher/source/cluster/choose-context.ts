import type { Cluster, User } from '@kubernetes/client-node';
import { isRecord } from '../../lifecycle/snapshot/json-field.ts';
import { ClusterAccessError } from './cluster-access-error.ts';
import type { Kubeconfig } from './read-kubeconfig.ts';

const ANONYMOUS: User = { name: 'offhook-anonymous' };

export type ChosenContext = {
  readonly contextName: string;
  readonly namespace: string | null;
  readonly cluster: Cluster;
  readonly user: User;
};

/**
 * Finds `context` (or the current one) with its cluster and user, and optionally gives the cluster another server
 * address.
 *
 * @throws ClusterAccessError naming the contexts there are, or the missing cluster or user.
 */
export function chooseContext(
  kubeconfig: Kubeconfig,
  { context, server }: { context?: string | undefined; server?: string | undefined },
): ChosenContext {
  const { entries, origin } = kubeconfig;
  const name = context ?? entries.currentContext;
  if (!name) {
    throw new ClusterAccessError(
      `${origin} has no current-context. Choose one of: ${contextNames(kubeconfig)}`,
    );
  }
  const chosen = entries.contexts.find((candidate) => candidate.name === name);
  if (!chosen) {
    throw new ClusterAccessError(
      `there is no context "${name}" in ${origin}. Contexts there: ${contextNames(kubeconfig)}`,
    );
  }
  const listed = entries.clusters.find((candidate) => candidate.name === chosen.cluster);
  if (!listed) {
    throw new ClusterAccessError(
      `context "${name}" in ${origin} names the unknown cluster "${chosen.cluster}"`,
    );
  }
  const cluster = withServer(listed, server ?? listed.server);
  const user = chosen.user ? entries.users.find((candidate) => candidate.name === chosen.user) : ANONYMOUS;
  if (!user) {
    throw new ClusterAccessError(`context "${name}" in ${origin} names the unknown user "${chosen.user}"`);
  }
  describeExecCall(user, cluster);
  return { contextName: name, namespace: chosen.namespace ?? null, cluster, user };
}

/** Without TLS there are no certificates to check. */
function withServer(cluster: Cluster, server: string): Cluster {
  const url = URL.parse(server);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new ClusterAccessError(`the address of cluster "${cluster.name}" is not an http or https URL`);
  }
  return { ...cluster, server, skipTLSVerify: cluster.skipTLSVerify || url.protocol === 'http:' };
}

/**
 * client-node runs exec plugins without KUBERNETES_EXEC_INFO, which plugins built on client-go insist on.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#input-and-output-formats
 */
function describeExecCall(user: User, cluster: Cluster): void {
  const exec: unknown = user.exec;
  if (!isRecord(exec)) return;
  const info = {
    kind: 'ExecCredential',
    apiVersion: exec.apiVersion,
    spec: {
      interactive: false,
      ...(exec.provideClusterInfo === true && {
        cluster: {
          server: cluster.server,
          'certificate-authority-data': cluster.caData,
          'tls-server-name': cluster.tlsServerName,
        },
      }),
    },
  };
  const given: unknown[] = Array.isArray(exec.env) ? exec.env : [];
  exec.env = [...given, { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }];
}

function contextNames({ entries }: Kubeconfig): string {
  return entries.contexts.map(({ name }) => name).join(', ') || '(none)';
}
