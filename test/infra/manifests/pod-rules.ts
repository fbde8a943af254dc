import type { Container, PodSpec, RenderedPod, Volume } from './pods-of.ts';

/** Volumes that Pod Security `restricted` allows and that say what is in them. */
const VOLUME_KINDS = ['emptyDir', 'projected'];

export type PodRuleOptions = {
  /** uids and groups are the platform's to give. */
  readonly onOpenShift?: boolean;
};

/**
 * What is wrong with a Pod: beside Pod Security `restricted` what every Pod of ours keeps to, hooks and tests included.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export function podFaults(pod: RenderedPod, options: PodRuleOptions = {}): string[] {
  const { spec } = pod;
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  const faults = [
    ...identityFaults(spec, options),
    ...hostFaults(spec),
    ...tokenFaults(spec),
    ...(spec.volumes ?? []).flatMap(volumeFaults),
    ...containers.flatMap((container) => containerFaults(container, pod)),
    ...(pod.serves && (spec.terminationGracePeriodSeconds ?? 0) <= 10
      ? ['stops before its drain of ten seconds']
      : []),
    ...(!pod.serves && spec.restartPolicy !== 'Never' ? ['would be started again and again'] : []),
  ];
  return faults.map((fault) => `${pod.of}: ${fault}`);
}

function identityFaults(
  { securityContext: own = {} }: PodSpec,
  { onOpenShift = false }: PodRuleOptions,
): string[] {
  const ids = [own.runAsUser, own.runAsGroup, own.fsGroup];
  const wanted = onOpenShift ? undefined : 65532;
  return [
    ...(own.runAsNonRoot === true ? [] : ['may run as root']),
    ...(ids.every((id) => id === wanted) ? [] : [`has the ids ${ids.join(', ')}`]),
    ...(own.fsGroupChangePolicy === 'OnRootMismatch'
      ? []
      : ['changes every file of its volume at each start']),
    ...(own.seccompProfile?.type === 'RuntimeDefault' ? [] : ['has no seccomp profile']),
  ];
}

function hostFaults(spec: PodSpec): string[] {
  const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((key) => spec[key] === true);
  return [
    ...shared.map((key) => `has ${key}`),
    ...(spec.enableServiceLinks === false ? [] : ['gets a variable for each Service']),
  ];
}

/** A token only by a projected volume, which says so and expires. */
function tokenFaults({ automountServiceAccountToken, serviceAccountName }: PodSpec): string[] {
  return [
    ...(automountServiceAccountToken === false ? [] : ['has the token of its service account mounted']),
    ...(serviceAccountName === undefined ? ['runs as the default service account'] : []),
  ];
}

function volumeFaults(volume: Volume): string[] {
  const kinds = Object.keys(volume).filter((key) => key !== 'name');
  const strange = kinds.filter((kind) => !VOLUME_KINDS.includes(kind));
  return [
    ...strange.map((kind) => `has a volume of the kind ${kind}`),
    ...(volume.emptyDir !== undefined && volume.emptyDir.sizeLimit === undefined
      ? [`can fill its node with ${volume.name}`]
      : []),
  ];
}

function containerFaults(container: Container, { spec, claims, serves }: RenderedPod): string[] {
  const { securityContext: own = {}, resources = {}, volumeMounts = [] } = container;
  const volumes = [...claims, ...(spec.volumes ?? []).map(({ name }) => name)];
  const paths = new Set(volumeMounts.map(({ mountPath }) => mountPath));
  const faults = [
    ...(own.allowPrivilegeEscalation === false ? [] : ['may gain privileges']),
    ...(own.privileged === true ? ['is privileged'] : []),
    ...(own.readOnlyRootFilesystem === true ? [] : ['can write to its root']),
    ...(own.capabilities?.drop?.includes('ALL') && !own.capabilities.add ? [] : ['has capabilities']),
    ...(resources.requests?.cpu && resources.requests.memory ? [] : ['reserves nothing']),
    ...(resources.limits?.memory ? [] : ['has no limit of memory']),
    ...(paths.has('/tmp') ? [] : ['has no /tmp']),
    ...(paths.size === volumeMounts.length ? [] : ['mounts two volumes at one place']),
    ...volumeMounts
      .filter(({ name }) => !volumes.includes(name))
      .map(({ name }) => `mounts ${name}, which is none`),
    ...(serves ? probeFaults(container) : []),
  ];
  return faults.map((fault) => `container ${container.name} ${fault}`);
}

function probeFaults(container: Container): string[] {
  const ports = (container.ports ?? []).map(({ name }) => name);
  return (['startupProbe', 'readinessProbe', 'livenessProbe'] as const).flatMap((kind) => {
    const probe = container[kind];
    if (probe === undefined) return [`has no ${kind}`];
    return ports.includes(probe.httpGet.port) ? [] : [`has a ${kind} at a port that it does not open`];
  });
}
