import type { WatcherConfig } from '../config/watcher-config.ts';
import type { Permission } from '../source/api/permission.ts';
import { scopesOf } from '../source/source.ts';
import { SUBSCRIPTION_API, SUBSCRIPTION_KINDS } from '../subscriptions/spec/subscription-kind.ts';

const { group } = SUBSCRIPTION_API;

/**
 * What following subscriptions that are objects takes: in each namespace that is watched, or in all of them, where those
 * of the cluster are followed, too. Secrets are read by name, where the operator says so, and never listed.
 */
export function objectPermissions(
  watch: WatcherConfig['watch'],
  { secretNamespaces }: { readonly secretNamespaces: readonly string[] },
): readonly Permission[] {
  const { HookSubscription, ClusterHookSubscription } = SUBSCRIPTION_KINDS;
  const scopes = scopesOf(watch);
  const inNamespaces = scopes.flatMap((namespace) => {
    const namespaced = { namespaced: true, namespace, name: null };
    return [
      ...following(HookSubscription.plural).map((each) => ({ ...each, ...namespaced })),
      { verb: 'create', group: 'events.k8s.io', resource: 'events', ...namespaced },
      { verb: 'get', group: '', resource: 'services', ...namespaced },
      { verb: 'list', group: 'discovery.k8s.io', resource: 'endpointslices', ...namespaced },
    ];
  });
  const wide = { namespaced: false, namespace: null, name: null };
  const ofCluster = scopes.includes(null)
    ? [
        ...following(ClusterHookSubscription.plural).map((each) => ({ ...each, ...wide })),
        ...['list', 'watch'].map((verb) => ({ verb, group: '', resource: 'namespaces', ...wide })),
      ]
    : [];
  const secrets = secretNamespaces.map((namespace) => {
    return { verb: 'get', group: '', resource: 'secrets', namespaced: true, namespace, name: null };
  });
  return [...inNamespaces, ...ofCluster, ...secrets];
}

function following(plural: string) {
  return [
    ...['get', 'list', 'watch'].map((verb) => ({ verb, group, resource: plural })),
    { verb: 'patch', group, resource: plural, subresource: 'status' },
  ];
}
