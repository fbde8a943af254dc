import { isObject, type Json, type JsonObject, setOwn } from '../../../objects/json-value.ts';

/** Lists that a strategic merge joins by a key instead of replacing them: those of a Pod that clients patch. */
const MERGE_KEYS: Readonly<Record<string, string>> = {
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

/** A merge patch that joins the lists above by their keys; `$patch: delete` in an item takes it out. */
export function strategicMerge(target: Json, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const result: JsonObject = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    // `$setElementOrder/…` and `$retainKeys` only steer ordering and unions; no list here needs them.
    if (key.startsWith('$')) continue;
    const mergeKey = MERGE_KEYS[key];
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
