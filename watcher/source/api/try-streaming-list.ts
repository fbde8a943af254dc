import type { ApiClient } from './call-api.ts';
import { streamingListPath } from './collection-path.ts';
import type { Ending } from './ending.ts';
import { readWatch } from './read-watch.ts';

type StreamingLists =
  | { readonly kind: 'offered' }
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'failed'; readonly ending: Ending };

/** A name that no Pod has, so that a large cluster has nothing to send. */
const NOBODY = 'metadata.name=offhook-asks-for-nobody';

/**
 * Asks for Pods as a streaming list, as the watcher does at its start, and ends the stream as soon as it has shown that
 * it is one. Never rejects.
 *
 * @param namespace null for the whole cluster.
 */
export async function tryStreamingList(
  client: ApiClient,
  namespace: string | null,
  { signal, deadlineMs }: { readonly signal: AbortSignal; readonly deadlineMs: number },
): Promise<StreamingLists> {
  const timeoutSeconds = Math.ceil(deadlineMs / 1000);
  let offered = false;
  const ending = await readWatch(client, {
    path: streamingListPath(
      { resource: 'pods', namespace, fieldSelector: NOBODY },
      { notOlderThan: null, timeoutSeconds },
    ),
    signal,
    headersTimeoutMs: deadlineMs,
    silenceMs: deadlineMs,
    timeoutSeconds,
    project: () => null,
    onContact() {},
    onMessages(messages) {
      offered = messages.some((message) => message.kind === 'bookmark' && message.initialEventsEnd);
      return offered ? { kind: 'closed', message: 'it is a streaming list' } : null;
    },
  });
  if (offered) return { kind: 'offered' };
  return ending.kind === 'rejected' ? { kind: 'unsupported' } : { kind: 'failed', ending };
}
