import { parse } from 'yaml';
import { badRequest, StatusError } from './http/status-error.ts';

type Json = unknown;
type JsonObject = Record<string, Json>;

/** Lists that a strategic merge joins by a key instead of replacing them: those of a Pod that clients patch. */
const mergeKeys: Record<string, string> = {
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  containerStatuses: 'name',
  initContainerStatuses: 'name',
  ephemeralContainerStatuses: 'name',
  volumes: 'name',
  env: 'name',
  conditions: 'type',
  volumeMounts: 'mountPath',
  ownerReferences: 'uid',
};

/**
 * Applies a patch body to `target` and returns the patched object; `target` stays as it is.
 *
 * Knows JSON merge patch (RFC 7396), strategic merge patch with the lists above and `$patch: delete`, JSON patch
 * (RFC 6902), and a server-side apply reduced to a strategic merge (no field ownership).
 *
 * @throws StatusError 400 for a body that is no patch, 415 for another content type, 422 for a failed JSON patch.
 */
export function applyPatch(target: JsonObject, contentType: string, body: string): JsonObject {
  switch (contentType) {
    case 'application/merge-patch+json':
      return asObject(mergePatch(target, asObject(parseJson(body))));
    case 'application/strategic-merge-patch+json':
      return asObject(strategicMerge(target, asObject(parseJson(body))));
    case 'application/apply-patch+yaml':
      return asObject(strategicMerge(target, asObject(parseYaml(body))));
    case 'application/json-patch+json':
      return jsonPatch(target, parseJson(body));
    default:
      throw new StatusError({
        code: 415,
        reason: 'UnsupportedMediaType',
        message: `the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml`,
      });
  }
}

/** RFC 7396: null removes, objects merge, everything else replaces. */
function mergePatch(target: Json, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const result: JsonObject = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else setOwn(result, key, mergePatch(result[key], value));
  }
  return result;
}

function strategicMerge(target: Json, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const result: JsonObject = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    // `$setElementOrder/…` and `$retainKeys` only steer ordering and unions; no list here needs them.
    if (key.startsWith('$')) continue;
    const mergeKey = mergeKeys[key];
    if (value === null) delete result[key];
    else if (Array.isArray(value) && mergeKey) setOwn(result, key, mergeList(result[key], value, mergeKey));
    else setOwn(result, key, strategicMerge(result[key], value));
  }
  return result;
}

function mergeList(target: Json, patch: Json[], mergeKey: string): Json[] {
  const result: Json[] = Array.isArray(target) ? [...target] : [];
  for (const item of patch) {
    if (!isObject(item)) continue;
    const at = result.findIndex((existing) => isObject(existing) && existing[mergeKey] === item[mergeKey]);
    if (item.$patch === 'delete') result.splice(at, at < 0 ? 0 : 1);
    else if (at < 0) result.push(strategicMerge({}, item));
    else result[at] = strategicMerge(result[at], item);
  }
  return result;
}

function jsonPatch(target: JsonObject, operations: Json): JsonObject {
  if (!Array.isArray(operations)) throw badRequest('a JSON patch must be a list of operations');
  const result: JsonObject = structuredClone(target);
  for (const operation of operations) {
    if (!isObject(operation) || typeof operation.path !== 'string') {
      throw badRequest('a JSON patch operation needs "op" and "path"');
    }
    applyOperation(result, operation, operation.path.split('/').slice(1).map(unescapePointer));
  }
  return result;
}

function applyOperation(root: JsonObject, operation: JsonObject, path: string[]): void {
  const last = path.at(-1);
  const parent = path.slice(0, -1).reduce<Json>(child, root);
  const fits = last !== undefined && (Array.isArray(parent) || isObject(parent));
  if (!fits) throw failedPatch(operation, 'the path does not exist');
  const present = child(parent, last) !== undefined;
  switch (operation.op) {
    case 'test':
      if (JSON.stringify(child(parent, last)) !== JSON.stringify(operation.value)) {
        throw failedPatch(operation, 'the value differs');
      }
      return;
    case 'add':
      if (Array.isArray(parent))
        parent.splice(last === '-' ? parent.length : Number(last), 0, operation.value);
      else setOwn(parent, last, operation.value);
      return;
    case 'replace':
      if (!present) throw failedPatch(operation, 'the path does not exist');
      if (Array.isArray(parent)) parent[Number(last)] = operation.value;
      else setOwn(parent, last, operation.value);
      return;
    case 'remove':
      if (!present) throw failedPatch(operation, 'the path does not exist');
      if (Array.isArray(parent)) parent.splice(Number(last), 1);
      else delete parent[last];
      return;
    default:
      throw badRequest(`the JSON patch operation ${JSON.stringify(operation.op)} is not supported here`);
  }
}

function failedPatch(operation: JsonObject, why: string): StatusError {
  return new StatusError({
    code: 422,
    reason: 'Invalid',
    message: `the server rejected our request due to an error in our request: ${String(operation.op)} ${String(operation.path)}: ${why}`,
  });
}

function child(parent: Json, key: string): Json {
  if (Array.isArray(parent)) return parent[Number(key)];
  return isObject(parent) && Object.hasOwn(parent, key) ? parent[key] : undefined;
}

/** Sets a key without ever reaching a prototype: `__proto__` in a body is just a name. */
function setOwn(target: JsonObject, key: string, value: Json): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

function parseJson(body: string): Json {
  try {
    return JSON.parse(body);
  } catch {
    throw badRequest('the body of the request is not valid JSON');
  }
}

function parseYaml(body: string): Json {
  try {
    return parse(body, { maxAliasCount: 50 });
  } catch {
    throw badRequest('the body of the request is not valid YAML');
  }
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asObject(value: Json): JsonObject {
  if (!isObject(value)) throw badRequest('the body of the request must be an object');
  return value;
}
