import { isObject, type Json, type JsonObject, setOwn } from '../../../objects/json-value.ts';
import { ApiStatusError, badRequest } from '../../http/status-error.ts';

/**
 * RFC 6902 without `move` and `copy`.
 *
 * @throws ApiStatusError 400 for what is no list of operations, 422 for one that fails.
 */
export function jsonPatch(target: JsonObject, operations: Json): JsonObject {
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

function failedPatch(operation: JsonObject, why: string): ApiStatusError {
  return new ApiStatusError({
    code: 422,
    reason: 'Invalid',
    message: `the server rejected our request due to an error in our request: ${String(operation.op)} ${String(operation.path)}: ${why}`,
  });
}

function child(parent: Json, key: string): Json {
  if (Array.isArray(parent)) return parent[Number(key)];
  return isObject(parent) && Object.hasOwn(parent, key) ? parent[key] : undefined;
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
