import type { JsonObject } from '../../objects/json-value.ts';
import { invalidValue } from '../../schema/field-problem.ts';
import { badRequest } from '../http/status-error.ts';
import { apiVersion, type Resource } from '../resource/resource.ts';
import { invalidObject } from './refuse-problems.ts';
import type { WriteOptions } from './write-options.ts';

/** An object out of a body, and what its client should be warned of. */
type Decoded = { readonly value: JsonObject; readonly warnings: readonly string[] };

/** Metadata that there is; anything else is dropped as an unknown field. */
const METADATA = new Set([
  'annotations',
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'finalizers',
  'generateName',
  'generation',
  'labels',
  'managedFields',
  'name',
  'namespace',
  'ownerReferences',
  'resourceVersion',
  'selfLink',
  'uid',
]);

/**
 * What a client sent as an object, without what its kind does not know.
 *
 * @throws ApiStatusError 400 for another kind, and for unknown fields when they are to be refused; of a patch 422.
 */
export function decodeBody(
  resource: Resource,
  body: JsonObject,
  { validation, isPatch }: Pick<WriteOptions, 'validation'> & { readonly isPatch: boolean },
): Decoded {
  assertKind(resource, body);
  const decode = resource.rules?.decode;
  if (decode === undefined) return { value: body, warnings: [] };
  const { value, unknown } = decode(body);
  const metadata = Object.entries((value.metadata ?? {}) as JsonObject);
  const strange = metadata.filter(([key]) => !METADATA.has(key)).map(([key]) => `metadata.${key}`);
  const faults = [...unknown, ...strange].map((field) => `unknown field ${JSON.stringify(field)}`);
  if (faults.length > 0 && validation === 'Strict') throw refused(resource, { body, faults, isPatch });
  const known = Object.fromEntries(metadata.filter(([key]) => METADATA.has(key)));
  return { value: { ...value, metadata: known }, warnings: validation === 'Warn' ? faults : [] };
}

function refused(
  { kind, version }: Resource,
  {
    body,
    faults,
    isPatch,
  }: { readonly body: JsonObject; readonly faults: readonly string[]; readonly isPatch: boolean },
) {
  const why = `strict decoding error: ${faults.join(', ')}`;
  if (isPatch) {
    return invalidObject({ kind: '', group: '', name: '' }, [
      invalidValue(['patch'], JSON.stringify(body), why),
    ]);
  }
  return badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${why}`);
}

function assertKind(resource: Resource, body: JsonObject): void {
  const wanted = apiVersion(resource);
  const { apiVersion: given, kind } = body;
  if (given !== undefined && given !== wanted) {
    throw badRequest(
      `the API version in the data (${String(given)}) does not match the expected API version (${wanted})`,
    );
  }
  if (kind !== undefined && kind !== resource.kind) {
    throw badRequest(
      `the kind in the data (${String(kind)}) does not match the expected kind (${resource.kind})`,
    );
  }
}
