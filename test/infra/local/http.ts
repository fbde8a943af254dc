import { request as open } from 'undici';
import type { KubeObject } from '../../../infra/local/objects/kube-object.ts';

export type WatchEvent = { type: string; object: KubeObject & Record<string, unknown> };

export type Answered = {
  status: number;
  contentType: string;
  headers: Record<string, unknown>;
  body: unknown;
};

/** One request to an API server; `body` is sent as JSON, the answer is parsed as JSON where it says it is. */
export async function request(
  url: string,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  {
    body,
    type = 'application/json',
    headers = {},
  }: { body?: unknown; type?: string; headers?: Record<string, string> } = {},
): Promise<Answered> {
  const answer = await open(`${url}${path}`, {
    method,
    headers: body === undefined ? headers : { ...headers, 'content-type': type },
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await answer.body.text();
  const contentType = String(answer.headers['content-type']);
  const parsed: unknown = contentType === 'application/json' ? JSON.parse(text) : text;
  return { status: answer.statusCode, contentType, headers: answer.headers, body: parsed };
}

/** The events of a watch, one by one as they arrive; ends when the server ends the stream. */
export async function* watchEvents(
  url: string,
  path: string,
  { signal, headers = {} }: { signal?: AbortSignal; headers?: Record<string, string> } = {},
): AsyncGenerator<WatchEvent> {
  const answer = await open(`${url}${path}`, { method: 'GET', headers, ...(signal ? { signal } : {}) });
  if (answer.statusCode !== 200) throw new Error(`the watch was answered ${answer.statusCode}`);
  let rest = '';
  answer.body.setEncoding('utf8');
  for await (const chunk of answer.body) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as WatchEvent;
  }
}

/** The events of a watch up to the first that `isLast` accepts, or to the end of the stream. */
export async function readEvents(
  url: string,
  path: string,
  isLast: (event: WatchEvent, count: number) => boolean = () => false,
): Promise<WatchEvent[]> {
  const seen: WatchEvent[] = [];
  for await (const event of watchEvents(url, path)) {
    seen.push(event);
    if (isLast(event, seen.length)) break;
  }
  return seen;
}
