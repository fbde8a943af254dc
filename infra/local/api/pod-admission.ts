import type { ZodError } from 'zod';
import { type Random, randomSuffix, randomUuid } from '../ambient/ids.ts';
import { timestamp } from '../ambient/timestamp.ts';
import { badRequest, invalid } from './http/status-error.ts';
import type { KubeObject, ObjectMeta, Pod } from './objects.ts';
import { type Container, DEFAULT_GRACE_SECONDS, type PodSpec, podSpecSchema } from './pod-spec.ts';

const subdomain = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/**
 * The metadata a new object starts with: what the client may set, completed by the server.
 *
 * @throws StatusError 422 without a usable name, 400 when the namespace contradicts the path.
 */
export function newMetadata(
  kind: string,
  body: Record<string, unknown>,
  { namespace, nowMs, random }: { namespace: string | undefined; nowMs: number; random: Random },
): ObjectMeta {
  const given = record(body.metadata);
  const prefix = typeof given.generateName === 'string' ? given.generateName : undefined;
  const name = typeof given.name === 'string' ? given.name : prefix && `${prefix}${randomSuffix(random)}`;
  if (!name || !subdomain.test(name)) {
    throw invalid(
      kind,
      name ?? '',
      'metadata.name: Required value: name (or generateName) must be a lower case RFC 1123 subdomain',
    );
  }
  if (namespace !== undefined && given.namespace !== undefined && given.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  return {
    ...given,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    uid: randomUuid(random),
    resourceVersion: '',
    generation: undefined,
    creationTimestamp: timestamp(nowMs),
    deletionTimestamp: undefined,
    deletionGracePeriodSeconds: undefined,
    labels: stringMap(kind, name, 'labels', given.labels),
    annotations: stringMap(kind, name, 'annotations', given.annotations),
    finalizers: Array.isArray(given.finalizers) ? given.finalizers.map(String) : undefined,
  };
}

/**
 * A Pod's spec, checked and completed with the defaults of Kubernetes.
 *
 * @throws StatusError 422 naming every field that is wrong.
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
 * @throws StatusError 400 for another kind, 422 for a spec that breaks a rule.
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

/** Metadata after an update: what the server owns stays as it was. */
export function updatedMetadata(current: KubeObject, next: Record<string, unknown>): ObjectMeta {
  const { kind, metadata: kept } = current;
  const given = record(next.metadata);
  return {
    ...given,
    name: kept.name,
    namespace: kept.namespace,
    uid: kept.uid,
    resourceVersion: kept.resourceVersion,
    generation: kept.generation,
    creationTimestamp: kept.creationTimestamp,
    deletionTimestamp: kept.deletionTimestamp,
    deletionGracePeriodSeconds: kept.deletionGracePeriodSeconds,
    labels: stringMap(kind, kept.name, 'labels', given.labels),
    annotations: stringMap(kind, kept.name, 'annotations', given.annotations),
    finalizers: Array.isArray(given.finalizers) ? given.finalizers.map(String) : undefined,
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

function stringMap(
  kind: string,
  name: string,
  field: string,
  value: unknown,
): Record<string, string> | undefined {
  if (value === undefined || value === null) return undefined;
  const entries = Object.entries(record(value));
  if (entries.some(([, text]) => typeof text !== 'string')) {
    throw invalid(kind, name, `metadata.${field}: Invalid value: every value must be a string`);
  }
  return Object.fromEntries(entries.map(([key, text]) => [key, String(text)]));
}

function describe(error: ZodError): string {
  return error.issues.map(({ path, message }) => `spec.${path.map(String).join('.')}: ${message}`).join(', ');
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
