import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

/** Whether the watcher does its work; `reasons` says in one sentence each what is wrong. */
export type Readiness = { readonly ready: boolean; readonly reasons: readonly string[] };

export type HealthServer = { readonly url: string; close(): Promise<void> };

const REQUEST_TIMEOUT_MS = 5_000;

/**
 * Serves the kubelet's probes: `/livez` answers 200 as long as the process turns, `/readyz` answers 200 or 503 with
 * the reasons, one a line. Port 0 takes a free one.
 *
 * @throws Error when the address cannot be bound, saying which.
 */
export async function startHealthServer(options: {
  readonly host: string;
  readonly port: number;
  readonly readiness: () => Readiness;
}): Promise<HealthServer> {
  const { host, port, readiness } = options;
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => {
      const { status, body } = answer(request.method, request.url, readiness);
      response.writeHead(status, {
        'content-type': 'text/plain; charset=utf-8',
        'cache-control': 'no-store',
      });
      response.end(request.method === 'HEAD' ? undefined : `${body}\n`);
    },
  );
  await listen(server, { host, port });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function answer(method: string | undefined, url: string | undefined, readiness: () => Readiness) {
  const path = (url ?? '').split('?')[0];
  if (path !== '/livez' && path !== '/readyz') return { status: 404, body: 'try /livez or /readyz' };
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, body: 'use GET' };
  if (path === '/livez') return { status: 200, body: 'ok' };
  const { ready, reasons } = readiness();
  return ready ? { status: 200, body: 'ok' } : { status: 503, body: reasons.join('\n') };
}

async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const why = code === 'EADDRINUSE' ? 'the port is taken' : code;
    throw new Error(`cannot listen on ${host}:${port} for health checks: ${why}`, { cause: error });
  }
}
