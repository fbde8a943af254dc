import { stringify } from 'yaml';

/** The text of a kubeconfig file with one cluster, one user and the context `offhook-local` as the current one. */
export function kubeconfig(url: string, token: string | undefined): string {
  const name = 'offhook-local';
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: url } }],
    users: [{ name, user: token === undefined ? {} : { token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'default' } }],
    'current-context': name,
  });
}
