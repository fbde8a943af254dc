import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf } from '../../settings/ambient/describe-error.ts';
import { createBoundedServer } from '../../settings/serving/bounded-server.ts';
import { createCutReport } from '../../settings/serving/cut-report.ts';
import { listen } from '../../settings/serving/listen.ts';
import { serverBounds } from '../../settings/serving/server-bounds.ts';
import type { Logger } from '../ambient/watcher-log.ts';

/**
 * Whether the watcher does its work; `reasons` says in one sentence each what is wrong, `notes` what people should know
 * although it does.
 */
export type Readiness = {
  readonly ready: boolean;
  readonly reasons: readonly string[];
  readonly notes: readonly string[];
};

export type HealthServer = { readonly url: string; close(): Promise<void> };

/** What `/metrics` shows. */
type MetricsPage = { readonly contentType: string; text(): Promise<string> };

/** Probes and scrapes are few, small, and over at once. */
const BOUNDS = serverBounds(
  { inAll: 128, perAddress: 64 },
  { bodyMiB: 1, unsentMiB: 8, times: { requestMs: 5_000, stallMs: 5_000, takeMs: 10_000 } },
);
const PLAIN_TEXT = 'text/plain; charset=utf-8';

/**
 * Serves the kubelet's probes: `/livez` answers 200 as long as the process turns, `/readyz` answers 200 or 503 with
 * the reasons, one a line,
 * and below them what people should know all the same. `/metrics` is for Prometheus. Port 0 takes a free one.
 *
 * @throws ListenError when the address cannot be bound.
 */
export async function startHealthServer(options: {
  readonly host: string;
  readonly port: number;
  readonly readiness: () => Readiness;
  readonly metrics: MetricsPage;
  readonly log: Logger;
}): Promise<HealthServer> {
  const { host, port, log } = options;
  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    const { status, body, contentType = PLAIN_TEXT } = await answer(request.method, request.url, options);
    response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  const server = createBoundedServer({
    listener: (request, response) => void listener(request, response),
    tls: null,
    bounds: BOUNDS,
    onCut: createCutReport((cut) => log.warn({ server: 'health', ...cut }, 'cut connections off')),
  });
  const address = await listen(server, { host, port, purpose: 'for health checks' });
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

type Answer = { readonly status: number; readonly body: string; readonly contentType?: string };

async function answer(
  method: string | undefined,
  url: string | undefined,
  { readiness, metrics }: { readonly readiness: () => Readiness; readonly metrics: MetricsPage },
): Promise<Answer> {
  const path = (url ?? '').split('?')[0];
  const pages: Readonly<Record<string, () => Answer | Promise<Answer>>> = {
    '/livez': () => ({ status: 200, body: 'ok\n' }),
    '/readyz': () => readyAnswer(readiness()),
    '/metrics': () => metricsAnswer(metrics),
  };
  const page = Object.hasOwn(pages, path ?? '') ? pages[path ?? ''] : undefined;
  if (page === undefined) return { status: 404, body: 'try /livez, /readyz or /metrics\n' };
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, body: 'use GET\n' };
  return await page();
}

function readyAnswer({ ready, reasons, notes }: Readiness): Answer {
  const lines = [...(ready ? ['ok'] : reasons), ...notes];
  return { status: ready ? 200 : 503, body: `${lines.join('\n')}\n` };
}

async function metricsAnswer({ contentType, text }: MetricsPage): Promise<Answer> {
  try {
    return { status: 200, body: await text(), contentType };
  } catch (error) {
    // The probes must go on; a scrape that failed is seen in Prometheus as `up` 0.
    const why = messageOf(error);
    return { status: 500, body: `the metrics cannot be measured: ${why}\n` };
  }
}
