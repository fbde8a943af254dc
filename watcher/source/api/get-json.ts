import { type ApiClient, callApi } from './call-api.ts';
import type { Ending } from './ending.ts';
import { readAnswerBody } from './read-answer-body.ts';

const DEADLINE_MS = 30_000;
/** 500 Pods of the largest size etcd keeps would be more; a page is normally 4 MB. */
const MAX_BYTES = 256 * 1024 * 1024;

export type JsonAnswer =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'ended'; readonly ending: Ending };

/**
 * One GET for one JSON document, with deadlines and a size limit. Never rejects.
 *
 * @param deadlineMs time for the answer to begin, and again for its body
 */
export async function getJson(
  client: ApiClient,
  path: string,
  signal: AbortSignal,
  deadlineMs = DEADLINE_MS,
): Promise<JsonAnswer> {
  const answer = await callApi(client, { path, signal, headersTimeoutMs: deadlineMs });
  if (answer.kind === 'ended') return answer;
  let late = false;
  const cancelDeadline = client.clock.after(deadlineMs, () => {
    late = true;
    answer.cut();
  });
  const ended = (kind: Ending['kind'], message: string): JsonAnswer => ({
    kind: 'ended',
    ending: { kind, message },
  });
  try {
    const body = await readAnswerBody(answer.body, MAX_BYTES);
    if (body.kind === 'json') return body;
    if (body.kind === 'tooLarge') return ended('overlong', `an answer larger than ${MAX_BYTES} bytes`);
    return ended('malformed', 'an answer that is not JSON');
  } catch {
    if (signal.aborted) return ended('stopped', 'stopped');
    if (late) return ended('noAnswer', `an answer was not complete after ${deadlineMs / 1000} s`);
    return ended('connection', `the connection to ${client.cluster.server} broke in the middle of an answer`);
  } finally {
    cancelDeadline();
    answer.release();
  }
}
