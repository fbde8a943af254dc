import type { WatcherConfig } from '../config/watcher-config.ts';
import type { Permission } from '../source/api/permission.ts';
import { READ_CLUSTER_UID } from '../source/cluster-uid.ts';
import { scopesOf } from '../source/source.ts';
import { leasePermission } from '../standby/lease-api.ts';
import { objectPermissions } from './object-permissions.ts';
import { leaseAddress } from './open-replica.ts';

/** @property optional without it less is told, or later, and the rest works. */
export type NeededPermission = Permission & { readonly optional: boolean };

/**
 * Every permission that a watcher uses with this configuration; docs/configuration.md has the roles for them.
 *
 * @param contextNamespace of the Pod or the kubeconfig's context.
 */
export function neededPermissions(
  {
    watch,
    standby,
    tenancy,
  }: Pick<WatcherConfig, 'watch' | 'standby'> & {
    /** Absent: subscriptions that are objects are not followed. */
    readonly tenancy?: { readonly secretNamespaces: readonly string[] };
  },
  contextNamespace: string | null,
): readonly NeededPermission[] {
  const followed = watch.kubeletEvents ? (['pods', 'events'] as const) : (['pods'] as const);
  const following = scopesOf(watch).flatMap((namespace) =>
    followed.flatMap((resource) =>
      (['list', 'watch'] as const).map((verb) => ({
        ...{ verb, group: '', resource, namespaced: true, namespace, name: null },
        optional: resource === 'events',
      })),
    ),
  );
  const election =
    standby === undefined
      ? []
      : ['get', 'create', 'update'].map((verb) => ({
          ...leasePermission(verb, leaseAddress(standby, contextNamespace)),
          optional: false,
        }));
  const objects = tenancy === undefined ? [] : objectPermissions(watch, tenancy);
  return [
    ...following,
    { ...READ_CLUSTER_UID, optional: false },
    ...election,
    ...objects.map((each) => ({ ...each, optional: true })),
  ];
}
