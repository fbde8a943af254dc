import { isIPv6 } from 'node:net';
import { readBounded } from '../../../settings/files/read-bounded.ts';
import { readText } from '../../../settings/files/read-text.ts';
import type { KubeconfigEntries } from './kubeconfig-entries.ts';

/** Where the kubelet puts what lets a Pod in. */
const FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';
export const SERVICE_ACCOUNT_TOKEN = `${FOLDER}/token`;

/** A name has at most 63 characters. */
const MAX_NAMESPACE_BYTES = 1024;
/** Where an API server is behind a proxy in the Pod: client-node takes these for plain HTTP. */
const PLAIN_PORTS: readonly unknown[] = ['80', '8080', '8001'];

/**
 * The API server of the cluster that this Pod runs in, and its service account.
 *
 * @see https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
 */
export function serviceAccountEntries(env: Readonly<Record<string, string | undefined>>): KubeconfigEntries {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = env;
  const scheme = PLAIN_PORTS.includes(port) ? 'http' : 'https';
  const server = `${scheme}://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const namespace = readText(`${FOLDER}/namespace`, readBounded, MAX_NAMESPACE_BYTES);
  return {
    clusters: [{ name: 'inCluster', caFile: `${FOLDER}/ca.crt`, server, skipTLSVerify: false }],
    users: [
      {
        name: 'inClusterUser',
        authProvider: { name: 'tokenFile', config: { tokenFile: SERVICE_ACCOUNT_TOKEN } },
      },
    ],
    contexts: [
      {
        name: 'inClusterContext',
        cluster: 'inCluster',
        user: 'inClusterUser',
        ...(namespace.kind === 'text' && { namespace: namespace.text.trim() }),
      },
    ],
    currentContext: 'inClusterContext',
  };
}
