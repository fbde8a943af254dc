import { parse } from 'yaml';
import { isObject, type Json, type JsonObject } from '../../../objects/json-value.ts';
import { ApiStatusError, badRequest } from '../../http/status-error.ts';
import { jsonPatch } from './json-patch.ts';
import { mergePatch } from './merge-patch.ts';
import { strategicMerge } from './strategic-merge.ts';

/** Content types of patches. */
export const APPLY = 'application/apply-patch+yaml';
export const STRATEGIC_MERGE = 'application/strategic-merge-patch+json';

/**
 * Applies a patch body to `target` and returns the patched object; `target` stays as it is.
 *
 * Knows JSON merge patch (RFC 7396), strategic merge patch with the lists that clients patch and `$patch: delete`, JSON patch
 * (RFC 6902), and a server-side apply reduced to a strategic merge (no field ownership).
 *
 * @throws ApiStatusError 400 for a body that is no patch, 415 for another content type, 422 for a failed JSON patch.
 */
export function applyPatch(target: JsonObject, contentType: string, body: string): JsonObject {
  switch (contentType) {
    case 'application/merge-patch+json':
      return asObject(mergePatch(target, asObject(parseJson(body))));
    case STRATEGIC_MERGE:
      return asObject(strategicMerge(target, asObject(parseJson(body))));
    case APPLY:
      return asObject(strategicMerge(target, appliedObject(body)));
    case 'application/json-patch+json':
      return jsonPatch(target, parseJson(body));
    default:
      throw unknownPatch(STRATEGIC_MERGE);
  }
}

/** Of a server-side apply, its body. @throws ApiStatusError 400 when it is no object. */
export function appliedObject(body: string): JsonObject {
  return asObject(parseYaml(body));
}

/** 415, naming what is taken: `strategic` where it is. */
export function unknownPatch(...strategic: readonly string[]): ApiStatusError {
  const types = ['application/json-patch+json', 'application/merge-patch+json', ...strategic, APPLY];
  return new ApiStatusError({
    code: 415,
    reason: 'UnsupportedMediaType',
    message: `the body of the request was in an unknown format - accepted media types include: ${types.join(', ')}`,
  });
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

function asObject(value: Json): JsonObject {
  if (!isObject(value)) throw badRequest('the body of the request must be an object');
  return value;
}
