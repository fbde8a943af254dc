/** One thing that an identity may be allowed to do. */
export type Permission = {
  readonly verb: string;
  /** API group; '' for core. */
  readonly group: string;
  /** Plural. */
  readonly resource: string;
  /** A part of the object with rights of its own, such as `status`. */
  readonly subresource?: string;
  /** Namespaces, nodes and the like are not in one. */
  readonly namespaced: boolean;
  /** null: all of them, or none for what is not namespaced. */
  readonly namespace: string | null;
  /** One object; null: any. */
  readonly name: string | null;
};

/** `list pods in all namespaces`, `update leases.coordination.k8s.io/offhook in the namespace offhook`. */
export function describePermission(permission: Permission): string {
  const { verb, subresource, namespaced, namespace } = permission;
  const place = namespace === null ? 'in all namespaces' : `in the namespace ${namespace}`;
  const part = subresource === undefined ? '' : `${subresource} of `;
  return `${verb} ${part}${objectOf(permission)}${namespaced ? ` ${place}` : ''}`;
}

/**
 * The command that asks for a permission; it answers for the identity that runs it.
 *
 * @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_auth/kubectl_auth_can-i/
 */
export function canI(permission: Permission): string {
  const { verb, subresource, namespaced, namespace } = permission;
  const place = namespace === null ? '--all-namespaces' : `--namespace ${namespace}`;
  const part = subresource === undefined ? '' : ` --subresource ${subresource}`;
  return `kubectl auth can-i ${verb} ${objectOf(permission)}${part}${namespaced ? ` ${place}` : ''}`;
}

function objectOf({ group, resource, name }: Permission): string {
  return `${resource}${group === '' ? '' : `.${group}`}${name === null ? '' : `/${name}`}`;
}
