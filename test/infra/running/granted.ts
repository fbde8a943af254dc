import type { Manifest, RoleRule } from '../manifests/manifest.ts';
import type { ApiAct } from './recording-api.ts';

/** A rule that is bound to the watcher, and where it holds; empty: in the whole cluster. */
export type BoundRule = { readonly rule: RoleRule; readonly namespace: string };

/** The rules that the rendered bindings give to a service account. */
export function boundRules(manifests: readonly Manifest[], account: string): BoundRule[] {
  return manifests.flatMap(({ kind, metadata, roleRef, subjects = [] }) => {
    if (roleRef === undefined || !subjects.some(({ name }) => name === account)) return [];
    const namespace = kind === 'RoleBinding' ? (metadata.namespace ?? '') : '';
    const role = manifests.find(
      (each) =>
        each.kind === roleRef.kind &&
        each.metadata.name === roleRef.name &&
        (roleRef.kind === 'ClusterRole' || each.metadata.namespace === namespace),
    );
    return (role?.rules ?? []).map((rule) => ({ rule, namespace }));
  });
}

/** Whether a rule allows an act, as the API server's RBAC authorizer decides it. */
export function allows({ rule, namespace }: BoundRule, act: ApiAct): boolean {
  return (
    (namespace === '' || namespace === act.namespace) &&
    rule.apiGroups.includes(act.group) &&
    rule.resources.includes(act.resource) &&
    rule.verbs.includes(act.verb) &&
    (rule.resourceNames === undefined || rule.resourceNames.includes(act.name))
  );
}
