import { isRecord, text } from '../../lifecycle/snapshot/json-field.ts';
import type { ApiClient } from './call-api.ts';
import { type Collection, collectionPath } from './collection-path.ts';
import type { Ending } from './ending.ts';
import { getJson } from './get-json.ts';

type CurrentVersion =
  | { readonly kind: 'at'; readonly resourceVersion: string }
  | { readonly kind: 'ended'; readonly ending: Ending };

/**
 * Asks where a collection stands now: a list of one with no resourceVersion, which the API server answers with its
 * most recent state (a consistent read), never out of a cache that lags. Never rejects.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#semantics-for-get-and-list
 */
export async function currentVersion(
  client: ApiClient,
  collection: Collection,
  { signal, deadlineMs }: { signal: AbortSignal; deadlineMs: number },
): Promise<CurrentVersion> {
  const answer = await getJson(client, collectionPath(collection, { limit: 1 }), signal, deadlineMs);
  if (answer.kind === 'ended') return answer;
  const metadata = isRecord(answer.value) && isRecord(answer.value.metadata) ? answer.value.metadata : {};
  const resourceVersion = text(metadata.resourceVersion);
  if (resourceVersion !== null) return { kind: 'at', resourceVersion };
  return {
    kind: 'ended',
    ending: { kind: 'malformed', message: 'an answer to a list request that is no list' },
  };
}
