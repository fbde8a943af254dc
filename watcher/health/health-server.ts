import { metricsAnswer } from '../../settings/metrics/metrics-answer.ts';
import type { ScrapePage } from '../../settings/metrics/scrape-page.ts';
import { type PlainAnswer, type PlainServer, startPlainServer } from '../../settings/serving/plain-server.ts';
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

export type HealthServer = PlainServer;

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
  readonly metrics: ScrapePage;
  readonly log: Logger;
}): Promise<HealthServer> {
  const { host, port, readiness, metrics, log } = options;
  return await startPlainServer({
    host,
    port,
    purpose: 'for health checks',
    pages: {
      '/livez': () => ({ status: 200, body: 'ok\n' }),
      '/readyz': () => readyAnswer(readiness()),
      '/metrics': () => metricsAnswer(metrics),
    },
    onCut: (cut) => log.warn({ server: 'health', ...cut }, 'cut connections off'),
  });
}

function readyAnswer({ ready, reasons, notes }: Readiness): PlainAnswer {
  const lines = [...(ready ? ['ok'] : reasons), ...notes];
  return { status: ready ? 200 : 503, body: `${lines.join('\n')}\n` };
}
