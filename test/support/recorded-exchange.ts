import { readFileSync } from 'node:fs';

/** A request to a real API server, and what it answered. */
export type RecordedExchange = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As it was sent; undefined for a request without one. */
  readonly body: string | undefined;
  readonly answer: { readonly status: number; readonly body: string };
};

/** A `.http` file of test/fixtures/protocol that begins with the request, without its extension. */
export function recordedExchange(name: string): RecordedExchange {
  const text = readFileSync(new URL(`../fixtures/protocol/${name}.http`, import.meta.url), 'utf8');
  const from = text.indexOf('\nHTTP/1.1 ') + 1;
  const [head = '', ...sent] = text.slice(0, from).trim().split('\n\n');
  const [requestLine = '', ...headerLines] = head.split('\n');
  const [method = '', path = ''] = requestLine.split(' ');
  const headers = headerLines.map((line) => line.split(/: ?(.*)/, 2) as [string, string]);
  const [statusLine = '', ...received] = text.slice(from).split('\n\n');
  return {
    method: method as RecordedExchange['method'],
    path,
    headers: Object.fromEntries(headers.map(([key, value]) => [key.toLowerCase(), value])),
    body: sent.length === 0 ? undefined : sent.join('\n\n'),
    answer: { status: Number(statusLine.split(' ')[1]), body: received.join('\n\n').trim() },
  };
}
