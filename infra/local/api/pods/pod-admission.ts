import type { ZodError } from 'zod';
import type { Random } from '../../ambient/ids.ts';
import type { Pod } from '../../objects/pod.ts';
import {
  type Container,
  DEFAULT_GRACE_SECONDS,
  type PodSpec,
  podSpecSchema,
} from '../../objects/pod-spec.ts';
import { badRequest, invalid } from '../http/status-error.ts';
import { newMetadata } from '../write/object-metadata.ts';

/**
 * A Pod's spec, checked and completed with the defaults of Kubernetes.
 *
 * @throws ApiStatusError 422 naming every field that is wrong.
 */
export function admitPodSpec(name: string, value: unknown): PodSpec {
  const parsed = podSpecSchema.safeParse(value ?? {});
  if (!parsed.success) throw invalid('Pod', name, describe(parsed.error));
  const spec = parsed.data;
  const { containers, initContainers, ephemeralContainers } = spec;
  const all = [...containers, ...(initContainers ?? []), ...(ephemeralContainers ?? [])];
  const names = all.map((container) => container.name);
  const twice = names.find((candidate, index) => names.indexOf(candidate) !== index);
  if (twice) throw invalid('Pod', name, `spec.containers: Duplicate value: ${JSON.stringify(twice)}`);
  return {
    dnsPolicy: 'ClusterFirst',
    enableServiceLinks: true,
    preemptionPolicy: 'PreemptLowerPriority',
    priority: 0,
    schedulerName: 'default-scheduler',
    securityContext: {},
    serviceAccount: 'default',
    serviceAccountName: 'default',
    ...spec,
    containers: containers.map(withDefaults),
    ...(initContainers ? { initContainers: initContainers.map(withDefaults) } : {}),
    ...(ephemeralContainers ? { ephemeralContainers: ephemeralContainers.map(withDefaults) } : {}),
    restartPolicy: spec.restartPolicy ?? 'Always',
    terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS,
  };
}

/**
 * A new Pod out of a client's body, Pending and not yet assigned.
 *
 * @throws ApiStatusError 400 for another kind, 422 for a spec that breaks a rule.
 */
export function newPod(
  body: Record<string, unknown>,
  context: { namespace: string; nowMs: number; random: Random },
): Pod {
  if (body.kind !== undefined && body.kind !== 'Pod') {
    throw badRequest(
      `the object provided is unrecognized: expected kind Pod, got ${JSON.stringify(body.kind)}`,
    );
  }
  const metadata = { ...newMetadata('Pod', body, context), generation: 1 };
  const spec = admitPodSpec(metadata.name, body.spec);
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata,
    spec,
    status: { phase: 'Pending', qosClass: 'BestEffort' },
  };
}

function withDefaults(container: Container): Container {
  return {
    imagePullPolicy: 'IfNotPresent',
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    ...container,
  };
}

function describe(error: ZodError): string {
  return error.issues.map(({ path, message }) => `spec.${path.map(String).join('.')}: ${message}`).join(', ');
}
