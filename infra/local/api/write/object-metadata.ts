import { type Random, randomSuffix, randomUuid } from '../../ambient/ids.ts';
import { timestamp } from '../../ambient/timestamp.ts';
import type { KubeObject, ObjectMeta } from '../../objects/kube-object.ts';
import { badRequest, invalid } from '../http/status-error.ts';

const subdomain = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/**
 * The metadata a new object starts with: what the client may set, completed by the server.
 *
 * @throws ApiStatusError 422 without a usable name, 400 when the namespace contradicts the path.
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
    labels: stringMap({ kind, name }, 'labels', given.labels),
    annotations: stringMap({ kind, name }, 'annotations', given.annotations),
    finalizers: Array.isArray(given.finalizers) ? given.finalizers.map(String) : undefined,
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
    labels: stringMap({ kind, name: kept.name }, 'labels', given.labels),
    annotations: stringMap({ kind, name: kept.name }, 'annotations', given.annotations),
    finalizers: Array.isArray(given.finalizers) ? given.finalizers.map(String) : undefined,
  };
}

function stringMap(
  { kind, name }: { kind: string; name: string },
  field: 'labels' | 'annotations',
  value: unknown,
): Record<string, string> | undefined {
  if (value === undefined || value === null) return undefined;
  const entries = Object.entries(record(value));
  if (entries.some(([, text]) => typeof text !== 'string')) {
    throw invalid(kind, name, `metadata.${field}: Invalid value: every value must be a string`);
  }
  return Object.fromEntries(entries.map(([key, text]) => [key, String(text)]));
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
