import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** Debian's package has both; .ci/run installs it. */
export const hasPrometheus = ['prometheus', 'promtool'].every(
  (program) => spawnSync(program, ['--version']).status === 0,
);

export type Prometheus = {
  /** One query now. @returns the series; throws what Prometheus says is wrong. */
  query(expr: string): Promise<readonly InstantSeries[]>;
  /** One query over the last `seconds`, in steps of one. */
  range(expr: string, seconds: number): Promise<readonly RangeSeries[]>;
  close(): Promise<void>;
};

export type InstantSeries = {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: [number, string];
};
export type RangeSeries = {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly [number, string][];
};

/** A real Prometheus on loopback that scrapes some targets every second. @param targets their URLs, without the path. */
export async function startPrometheus(targets: readonly string[], directory: string): Promise<Prometheus> {
  mkdirSync(directory, { recursive: true });
  const config = join(directory, 'prometheus.yaml');
  writeFileSync(
    config,
    `global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
  - job_name: offhook
    static_configs: [{ targets: ${JSON.stringify(targets.map((target) => new URL(target).host))}, labels: { namespace: offhook } }]
`,
  );
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${directory}/data`,
    `--web.listen-address=${address}`,
  ];
  const child = spawn('prometheus', args, { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));

  async function ask<Series>(path: string, parameters: Record<string, string>): Promise<readonly Series[]> {
    const answer = await fetch(`http://${address}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const body = (await answer.json()) as { status: string; error?: string; data: { result: Series[] } };
    if (body.status !== 'success') throw new Error(`${parameters.query}: ${body.error}`);
    return body.data.result;
  }

  return {
    query: (query) => ask<InstantSeries>('query', { query }),
    range(query, seconds) {
      const end = Date.now() / 1000;
      return ask<RangeSeries>('query_range', {
        query,
        start: String(end - seconds),
        end: String(end),
        step: '1',
      });
    },
    async close() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** What a query of the dashboard is with "All" chosen, zoomed to seconds. */
export function filledIn(expr: string): string {
  return expr.replaceAll(/\$__rate_interval/g, '10s').replaceAll(/\$(cluster|namespace|subscription)/g, '.*');
}

/** Taken again by somebody else in between: hardly ever. Prometheus cannot say which free port it has taken. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
