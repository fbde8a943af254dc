import type { Readable } from 'node:stream';
import { parseRetryAfter } from '../../../protocol/http/retry-after.ts';
import type { Clock } from '../../../settings/ambient/clock.ts';
import { messageOf } from '../../../settings/ambient/describe-error.ts';
import type { ClusterAccess } from '../cluster/cluster-access.ts';
import { classifyStatus } from './api-status.ts';
import type { Ending } from './ending.ts';
import { readAnswerBody } from './read-answer-body.ts';

const MAX_REFUSAL_BYTES = 64 * 1024;

export type ApiClient = { readonly cluster: ClusterAccess; readonly clock: Clock };

type ApiCall = {
  readonly path: string;
  readonly signal: AbortSignal;
  /** How long the answer may take to begin. */
  readonly headersTimeoutMs: number;
};

/** An answer that is still being read. */
export type OpenAnswer = {
  readonly body: Readable;
  /** Cuts the connection; the body then ends with an error. */
  cut(): void;
  /** Lets go of the call; to be called once the body is not read any more. */
  release(): void;
};

type ApiAnswer =
  | ({ readonly kind: 'open' } & OpenAnswer)
  | { readonly kind: 'ended'; readonly ending: Ending };

/** Asks the API server; resolves with an open 200, or with how it failed. Never rejects. */
export async function callApi({ cluster, clock }: ApiClient, call: ApiCall): Promise<ApiAnswer> {
  const controller = new AbortController();
  const cut = () => controller.abort();
  call.signal.addEventListener('abort', cut, { once: true });
  const release = () => call.signal.removeEventListener('abort', cut);
  if (call.signal.aborted) cut();
  const cancelDeadline = clock.after(call.headersTimeoutMs, cut);
  const fail = (ending: Ending): ApiAnswer => {
    release();
    return { kind: 'ended', ending: call.signal.aborted ? { kind: 'stopped', message: 'stopped' } : ending };
  };
  try {
    const response = await cluster.request(call.path, { signal: controller.signal });
    if (response.status === 200) return { kind: 'open', body: response.body, cut, release };
    const body = await readAnswerBody(response.body, MAX_REFUSAL_BYTES);
    const retryAfterMs = parseRetryAfter(response.retryAfter, clock.nowMs());
    return fail(classifyStatus(response.status, body.kind === 'json' ? body.value : null, retryAfterMs));
  } catch (error) {
    if (controller.signal.aborted) {
      const seconds = call.headersTimeoutMs / 1000;
      return fail({ kind: 'noAnswer', message: `${cluster.server} did not answer within ${seconds} s` });
    }
    return fail({ kind: 'connection', message: messageOf(error) });
  } finally {
    cancelDeadline();
  }
}
