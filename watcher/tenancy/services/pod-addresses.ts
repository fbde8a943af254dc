import { isRecord, records, text } from '../../lifecycle/snapshot/json-field.ts';
import type { ApiClient } from '../../source/api/call-api.ts';
import { collectionPath } from '../../source/api/collection-path.ts';
import { getJson } from '../../source/api/get-json.ts';

const DEADLINE_MS = 5_000;

/**
 * The addresses that a Pod has by its own status, which its node writes; none of one that is gone, or uses its node's
 * network: that address is the node's.
 */
export async function addressesOfPod(
  client: ApiClient,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<readonly string[]> {
  // A list by name needs no other permission than following Pods does.
  const collection = { resource: 'pods', namespace, fieldSelector: `metadata.name=${name}` };
  const answer = await getJson(client, collectionPath(collection, { limit: 1 }), signal, DEADLINE_MS);
  const [pod] = answer.kind === 'json' && isRecord(answer.value) ? records(answer.value.items) : [];
  const spec = isRecord(pod?.spec) ? pod.spec : {};
  const status = isRecord(pod?.status) ? pod.status : {};
  if (spec.hostNetwork === true) return [];
  const all = [text(status.podIP), ...records(status.podIPs).map(({ ip }) => text(ip))];
  return [...new Set(all.filter((address) => address !== null))];
}
