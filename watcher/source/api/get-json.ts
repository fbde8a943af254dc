import type { Readable } from 'node:stream';
import { type ApiClient, callApi } from './call-api.ts';
import type { Ending } from './ending.ts';
import { type AnswerBody, readAnswerBody } from './read-answer-body.ts';
import { type ListedItems, type ListReading, readListBody } from './read-list-body.ts';

const DEADLINE_MS = 30_000;
/** 500 Pods of the largest size etcd keeps would be more; a page is normally 4 MB. */
const MAX_BYTES = 256 * 1024 * 1024;

type Ended = { readonly kind: 'ended'; readonly ending: Ending };
export type JsonAnswer<Value> = { readonly kind: 'json'; readonly value: Value } | Ended;

/**
 * One GET for one JSON document, with deadlines and a size limit. Never rejects.
 *
 * @param deadlineMs time for the answer to begin, and again for its body
 */
export function getJson(
  client: ApiClient,
  path: string,
  signal: AbortSignal,
  deadlineMs = DEADLINE_MS,
): Promise<JsonAnswer<unknown>> {
  return get(client, { path, signal, deadlineMs }, (body) => readAnswerBody(body, MAX_BYTES));
}

/** The same for a list: each item is taken as it is read, see {@link readListBody}. */
export function getList<Item>(
  client: ApiClient,
  path: string,
  signal: AbortSignal,
  reading: Pick<ListReading<Item>, 'page' | 'take'>,
): Promise<JsonAnswer<ListedItems<Item>>> {
  const { clock } = client;
  return get(client, { path, signal, deadlineMs: DEADLINE_MS }, (body) =>
    readListBody(body, { ...reading, maxBytes: MAX_BYTES, clock }),
  );
}

type Request = { readonly path: string; readonly signal: AbortSignal; readonly deadlineMs: number };

async function get<Value>(
  client: ApiClient,
  { path, signal, deadlineMs }: Request,
  read: (body: Readable) => Promise<AnswerBody<Value>>,
): Promise<JsonAnswer<Value>> {
  const answer = await callApi(client, { path, signal, headersTimeoutMs: deadlineMs });
  if (answer.kind === 'ended') return answer;
  let late = false;
  const cancelDeadline = client.clock.after(deadlineMs, () => {
    late = true;
    answer.cut();
  });
  const ended = (kind: Ending['kind'], message: string): Ended => ({
    kind: 'ended',
    ending: { kind, message },
  });
  try {
    const body = await read(answer.body);
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
