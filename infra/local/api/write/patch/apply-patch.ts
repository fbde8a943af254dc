import { parse } from 'yaml';
import { ApiStatusError, badRequest } from '../../http/status-error.ts';
import { jsonPatch } from './json-patch.ts';
import { isObject, type Json, type JsonObject } from './json-value.ts';
import { mergePatch } from './merge-patch.ts';
import { strategicMerge } from './strategic-merge.ts';

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
    case 'application/strategic-merge-patch+json':
      return asObject(strategicMerge(target, asObject(parseJson(body))));
    case 'application/apply-patch+yaml':
      return asObject(strategicMerge(target, asObject(parseYaml(body))));
    case 'application/json-patch+json':
      return jsonPatch(target, parseJson(body));
    default:
      throw new ApiStatusError({
        code: 415,
        reason: 'UnsupportedMediaType',
        message: `the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml`,
      });
  }
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
