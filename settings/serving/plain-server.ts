import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createBoundedServer } from './bounded-server.ts';
import { createCutReport } from './cut-report.ts';
import { listen } from './listen.ts';
import { serverBounds } from './server-bounds.ts';

/** @property body text. @property contentType plain text unless it says so. */
export type PlainAnswer = { readonly status: number; readonly body: string; readonly contentType?: string };

export type PlainServer = { readonly url: string; close(): Promise<void> };

/** Probes and scrapes are few, small, and over at once. */
const BOUNDS = serverBounds(
  { inAll: 128, perAddress: 64 },
  { bodyMiB: 1, unsentMiB: 8, times: { requestMs: 5_000, stallMs: 5_000, takeMs: 10_000 } },
);
const PLAIN_TEXT = 'text/plain; charset=utf-8';

/**
 * Serves some pages of text over plain HTTP, for probes and scrapes. Port 0 takes a free one.
 *
 * @param options `pages` by path; `purpose` is told when it cannot listen: `for metrics`; `onCut` is given the connections
 *   that were cut off, by reason, now and then.
 * @throws ListenError when the address cannot be bound.
 */
export async function startPlainServer(options: {
  readonly host: string;
  readonly port: number;
  readonly purpose: string;
  readonly pages: Readonly<Record<string, () => PlainAnswer | Promise<PlainAnswer>>>;
  readonly onCut: (counts: Readonly<Record<string, number>>) => void;
}): Promise<PlainServer> {
  const { host, port, purpose, pages, onCut } = options;
  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    const { status, body, contentType = PLAIN_TEXT } = await answer(request.method, request.url, pages);
    response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  const server = createBoundedServer({
    listener: (request, response) => void listener(request, response),
    tls: null,
    bounds: BOUNDS,
    onCut: createCutReport(onCut),
  });
  const address = await listen(server, { host, port, purpose });
  return {
    url: `http://${address}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  method: string | undefined,
  url: string | undefined,
  pages: Readonly<Record<string, () => PlainAnswer | Promise<PlainAnswer>>>,
): Promise<PlainAnswer> {
  const path = (url ?? '').split('?')[0] ?? '';
  const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
  if (page === undefined) return { status: 404, body: `try ${alternatives(Object.keys(pages))}\n` };
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, body: 'use GET\n' };
  return await page();
}

/** `/livez, /readyz or /metrics` */
function alternatives(paths: readonly string[]): string {
  return [paths.slice(0, -1).join(', '), ...paths.slice(-1)].filter((part) => part !== '').join(' or ');
}
