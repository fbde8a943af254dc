import { parseRetryAfter } from '../../../protocol/http/retry-after.ts';
import { withDeadline } from '../../../settings/ambient/deadline.ts';
import { messageOf } from '../../../settings/ambient/describe-error.ts';
import { isRecord, text } from '../../lifecycle/snapshot/json-field.ts';
import type { ClusterRequest } from '../cluster/cluster-access.ts';
import { classifyStatus } from './api-status.ts';
import type { ApiClient } from './call-api.ts';
import { readAnswerBody } from './read-answer-body.ts';

/** etcd keeps no larger object; the answer to a write is the object. */
const MOST_BYTES = 2 * 1024 * 1024;

export type WriteAnswer =
  /** `resourceVersion`: of the object as it is now; null where the answer does not say. */
  | { readonly kind: 'written'; readonly resourceVersion: string | null }
  /** `message`: one sentence for people; `said`: the server's own. `retryAfterMs`: null where it asked for nothing. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly message: string;
      readonly said: string;
      readonly retryAfterMs: number | null;
    }
  | { readonly kind: 'noAnswer'; readonly message: string };

/**
 * Writes one object, in one attempt. Never rejects, and ends within the deadline.
 *
 * @param path with its query.
 * @param signal ends it sooner: then there is no answer.
 */
export async function sendWrite(
  { cluster, clock }: ApiClient,
  path: string,
  {
    deadlineMs,
    signal,
    ...write
  }: NonNullable<ClusterRequest['write']> & {
    readonly deadlineMs: number;
    readonly signal?: AbortSignal;
  },
): Promise<WriteAnswer> {
  const overdue = () => new Error(`${cluster.server} did not answer within ${deadlineMs / 1000} s`);
  try {
    return await withDeadline(clock, { ms: deadlineMs, overdue, signal }, async (cut) => {
      const response = await cluster.request(path, { signal: cut, write });
      const body = await readAnswerBody(response.body, MOST_BYTES);
      const value = body.kind === 'json' ? body.value : null;
      const { status } = response;
      if (status >= 200 && status <= 299) return { kind: 'written', resourceVersion: versionOf(value) };
      const headerMs = parseRetryAfter(response.retryAfter, clock.nowMs());
      const ending = classifyStatus(status, value, headerMs);
      const said = (isRecord(value) && text(value.message)) || '';
      const { message, retryAfterMs = headerMs } = ending;
      return { kind: 'refused', status, message, said, retryAfterMs };
    });
  } catch (error) {
    return { kind: 'noAnswer', message: messageOf(error) };
  }
}

function versionOf(object: unknown): string | null {
  return isRecord(object) && isRecord(object.metadata) ? text(object.metadata.resourceVersion) : null;
}
