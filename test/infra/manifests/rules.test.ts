import { describe, expect, it } from 'vitest';
import { renderChart, SMALLEST } from '../helm/render-chart.ts';
import { RECEIVER } from '../helm/variants.ts';
import { type Manifest, titleOf } from './manifest.ts';
import { networkFaults } from './network-rules.ts';
import { objectFaults } from './object-rules.ts';
import { podFaults } from './pod-rules.ts';
import { podsOf } from './pods-of.ts';
import { typeFaults } from './type-faults.ts';

const rendering = renderChart({
  ...SMALLEST,
  ...{ replicas: 2, receiver: RECEIVER, networkPolicy: { enabled: true } },
  metrics: { podMonitor: { enabled: true, renderMode: 'alwaysRender' } },
});

/** All that is wrong with the objects by any rule. */
function faultsOf(manifests: readonly Manifest[]): string[] {
  return [
    ...podsOf(manifests).flatMap((pod) => [...podFaults(pod), ...networkFaults(pod, manifests)]),
    ...objectFaults(manifests),
    ...manifests.flatMap(typeFaults),
  ];
}

const POD = 'StatefulSet/offhook spec.template.spec';
const CONTAINER = `${POD}.containers.0`;

/** One break each: where, what is put there (undefined: it goes), and what must be said. */
const BREAKS: readonly (readonly [place: string, value: unknown, fault: RegExp])[] = [
  [`${POD}.securityContext.runAsNonRoot`, false, /may run as root/],
  [`${POD}.securityContext.runAsUser`, 0, /has the ids 0/],
  [`${POD}.securityContext.fsGroup`, undefined, /has the ids/],
  [`${POD}.securityContext.fsGroupChangePolicy`, 'Always', /changes every file/],
  [`${POD}.securityContext.seccompProfile`, undefined, /seccomp/],
  [`${POD}.hostNetwork`, true, /hostNetwork/],
  [`${POD}.enableServiceLinks`, undefined, /variable for each Service/],
  [`${POD}.automountServiceAccountToken`, true, /token of its service account/],
  [`${POD}.serviceAccountName`, undefined, /default service account/],
  [`${POD}.serviceAccountName`, 'other', /runs as other, who is nobody/],
  [`${POD}.terminationGracePeriodSeconds`, 10, /stops before its drain/],
  [`${POD}.volumes.0`, { name: 'config', hostPath: { path: '/' } }, /volume of the kind hostPath/],
  [`${POD}.volumes.2.emptyDir.sizeLimit`, undefined, /can fill its node/],
  [
    `${POD}.volumes.0.projected.sources.0.configMap.name`,
    'offhook-other',
    /ConfigMap offhook-other, which is not/,
  ],
  [`${CONTAINER}.securityContext.allowPrivilegeEscalation`, true, /may gain privileges/],
  [`${CONTAINER}.securityContext.privileged`, true, /is privileged/],
  [`${CONTAINER}.securityContext.readOnlyRootFilesystem`, undefined, /can write to its root/],
  [`${CONTAINER}.securityContext.capabilities.drop`, ['NET_RAW'], /has capabilities/],
  [`${CONTAINER}.securityContext.capabilities.add`, ['NET_RAW'], /has capabilities/],
  [`${CONTAINER}.resources.requests`, undefined, /reserves nothing/],
  [`${CONTAINER}.resources.limits`, undefined, /no limit of memory/],
  [`${CONTAINER}.volumeMounts.3`, undefined, /has no \/tmp/],
  [`${CONTAINER}.volumeMounts.0.mountPath`, '/tmp', /mounts two volumes/],
  [`${CONTAINER}.volumeMounts.0.name`, 'nothing', /mounts nothing, which is none/],
  [`${CONTAINER}.startupProbe`, undefined, /no startupProbe/],
  [`${CONTAINER}.readinessProbe.httpGet.port`, 'htpp', /a port that it does not open/],
  [`${CONTAINER}.livenessProbe.httpGet.pth`, '/livez', /pth is no field of V1HTTPGetAction/],
  [`${CONTAINER}.ports.0.containerPort`, '8080', /must be|type/],
  [`${CONTAINER}.name`, undefined, /required|name/],
  ['StatefulSet/offhook spec.replica', 2, /replica is no field of V1StatefulSetSpec/],
  ['StatefulSet/offhook metadata.name', 'x'.repeat(53), /has 53 characters/],
  ['StatefulSet/offhook metadata.namespace', undefined, /whatever namespace/],
  ['StatefulSet/offhook metadata.labels.long', 'x'.repeat(64), /label long is too long/],
  ['StatefulSet/offhook spec.template.metadata.labels', { a: 'b' }, /nothing bounds its Egress/],
  ['Pod/offhook-doctor spec.restartPolicy', 'Always', /again and again/],
  [
    'Pod/offhook-doctor spec.containers.0.securityContext.readOnlyRootFilesystem',
    false,
    /can write to its root/,
  ],
  ['Pod/offhook-doctor metadata.labels', {}, /nothing bounds its Ingress/],
  ['ClusterRole/offhook-watcher metadata.namespace', 'offhook', /is in a namespace/],
  ['ClusterRole/offhook-watcher rules.0.verbs', ['*'], /wildcard/],
  ['ClusterRole/offhook-watcher rules.0.resources', ['secrets'], /reaches Secrets/],
  ['ClusterRole/offhook-watcher rules.0.verb', ['get'], /verb is no field of V1PolicyRule/],
  ['ClusterRoleBinding/offhook-watcher roleRef.name', 'other', /binds no role/],
  ['ClusterRoleBinding/offhook-watcher subjects.0.namespace', 'other', /binds offhook, who is nobody/],
  ['RoleBinding/offhook-lease roleRef.kind', 'ClusterRole', /binds no role/],
  ['NetworkPolicy/offhook spec.policyTypes', ['Ingress'], /nothing bounds its Egress/],
  ['NetworkPolicy/offhook spec.egress.1.ports', undefined, /allows every port/],
  [
    'NetworkPolicy/offhook-receiver spec.podSelector.matchLabels',
    { a: 'b' },
    /StatefulSet\/offhook-receiver: nothing/,
  ],
  ['PodMonitor/offhook spec.podMetricsEndpoints', 'http', /must be|type/],
  ['Service/offhook apiVersion', 'v2', /v2 is not known/],
];

describe('the rules', () => {
  it('find nothing wrong with what is right', async () => {
    expect(faultsOf(await rendering)).toEqual([]);
  });

  it.each(BREAKS)('find a fault when %s is %j', async (place, value, fault) => {
    const manifests = structuredClone(await rendering);
    const [title, path = ''] = place.split(' ');
    const target = manifests.find((each) => titleOf(each) === title);
    put(target, path.split('.'), value);
    expect(faultsOf(manifests).join('\n')).toMatch(fault);
  });
});

/** Puts a value at a path that is there up to its last key. */
function put(object: unknown, path: readonly string[], value: unknown): void {
  const last = path.at(-1) ?? '';
  const holder = path.slice(0, -1).reduce((at, key) => (at as Record<string, unknown>)[key], object);
  if (typeof holder !== 'object' || holder === null) throw new Error(`nothing is at ${path.join('.')}`);
  if (Array.isArray(holder) && value === undefined) holder.splice(Number(last), 1);
  else if (value === undefined) delete (holder as Record<string, unknown>)[last];
  else (holder as Record<string, unknown>)[last] = value;
}
