import { type Manifest, titleOf } from './manifest.ts';
import { podsOf, type RenderedPod } from './pods-of.ts';

const CLUSTER_SCOPED = [
  ...['Namespace', 'ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition'],
  ...['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'],
];
const LABEL_BYTES = 63;
/** What a controller adds to the name of a StatefulSet for the label of its revision: a dash and a hash. */
const REVISION_SUFFIX_BYTES = 11;

/** What is wrong with the objects beside their Pods: names, namespaces, permissions, references. */
export function objectFaults(manifests: readonly Manifest[]): string[] {
  return [...manifests.flatMap(nameFaults), ...manifests.flatMap(roleFaults), ...referenceFaults(manifests)];
}

function nameFaults(manifest: Manifest): string[] {
  const { name, namespace, labels = {} } = manifest.metadata;
  const scoped = CLUSTER_SCOPED.includes(manifest.kind);
  const room = manifest.kind === 'StatefulSet' ? LABEL_BYTES - REVISION_SUFFIX_BYTES : LABEL_BYTES;
  const long = Object.entries(labels).filter(([, value]) => value.length > LABEL_BYTES);
  const faults = [
    ...(name.length > room ? [`its name has ${name.length} characters`] : []),
    ...long.map(([key]) => `its label ${key} is too long`),
    ...(scoped && namespace !== undefined ? ['is in a namespace'] : []),
    ...(!scoped && namespace === undefined ? ['is in whatever namespace kubectl is'] : []),
  ];
  return faults.map((fault) => `${titleOf(manifest)}: ${fault}`);
}

function roleFaults(manifest: Manifest): string[] {
  const faults = (manifest.rules ?? []).flatMap(({ apiGroups, resources, verbs }) => [
    ...([...apiGroups, ...resources, ...verbs].includes('*') ? ['has a wildcard'] : []),
    ...(resources.includes('secrets') && !isForCredentials(manifest, verbs) ? ['reaches Secrets'] : []),
  ]);
  return faults.map((fault) => `${titleOf(manifest)}: ${fault}`);
}

/** The one way to Secrets: by name, in a namespace that the operator has named. */
function isForCredentials({ kind, metadata }: Manifest, verbs: readonly string[]): boolean {
  return kind === 'Role' && metadata.name.endsWith('-credentials') && verbs.join() === 'get';
}

/** Roles, service accounts and ConfigMaps of ours that are named but not there. */
function referenceFaults(manifests: readonly Manifest[]): string[] {
  const has = (kind: string, name: string, namespace?: string) =>
    manifests.some(
      (each) => each.kind === kind && each.metadata.name === name && each.metadata.namespace === namespace,
    );
  const bindings = manifests.flatMap((each) => {
    const { roleRef, subjects = [] } = each;
    if (roleRef === undefined) return [];
    const at = roleRef.kind === 'ClusterRole' ? undefined : each.metadata.namespace;
    return [
      ...(has(roleRef.kind, roleRef.name, at) ? [] : [`${titleOf(each)}: binds no role`]),
      ...subjects
        .filter(({ kind, name, namespace }) => !has(kind, name, namespace))
        .map(({ name }) => `${titleOf(each)}: binds ${name}, who is nobody`),
    ];
  });
  return [...bindings, ...podsOf(manifests).flatMap((pod) => podReferenceFaults(pod, has))];
}

function podReferenceFaults(
  { of, namespace, spec }: RenderedPod,
  has: (kind: string, name: string, namespace?: string) => boolean,
): string[] {
  const { serviceAccountName = 'default', volumes = [] } = spec;
  const maps = volumes
    .flatMap(({ projected }) => projected?.sources ?? [])
    .flatMap(({ configMap }) => configMap ?? []);
  return [
    ...(has('ServiceAccount', serviceAccountName, namespace)
      ? []
      : [`${of}: runs as ${serviceAccountName}, who is nobody`]),
    ...maps
      .filter(({ name }) => name.includes('offhook') && !has('ConfigMap', name, namespace))
      .map(({ name }) => `${of}: reads the ConfigMap ${name}, which is not there`),
  ];
}
