import type { Permission } from '../source/api/permission.ts';
import type { ObjectKind, ObjectReference } from '../subscriptions/objects/object-standing.ts';

/** API group of the objects, and its version. */
export const OBJECT_API = { group: 'offhook.dev', version: 'offhook.dev/v1alpha1' } as const;

const PLURAL: Readonly<Record<ObjectKind, string>> = {
  HookSubscription: 'hooksubscriptions',
  ClusterHookSubscription: 'clusterhooksubscriptions',
};

/** Path of an object's status. */
export function statusPath({ kind, namespace, name }: ObjectReference): string {
  const place = namespace === null ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `/apis/${OBJECT_API.version}${place}/${PLURAL[kind]}/${encodeURIComponent(name)}/status`;
}

/** What writing it needs. */
export function statusPermission({ kind, namespace }: ObjectReference): Permission {
  const resource = `${PLURAL[kind]}/status`;
  const { group } = OBJECT_API;
  return { verb: 'patch', group, resource, namespaced: namespace !== null, namespace, name: null };
}
