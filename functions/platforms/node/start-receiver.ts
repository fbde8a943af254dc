import { closeOnce } from '../../../settings/ambient/close-once.ts';
import { CONNECTION_LIMITS, type ConnectionLimits } from './connection-limits.ts';
import { serveMetrics } from './metrics/serve-metrics.ts';
import { type OpenBridgeOptions, type OpenedReceiver, type OpenOutbound, openBridge } from './open-bridge.ts';
import { startNodeServer } from './server.ts';
import { followTlsFiles } from './tls/follow-tls-files.ts';
import { requireTlsPair, type TlsFiles } from './tls/tls-files.ts';

/**
 * What a receiver on Node needs, and where it listens.
 *
 * @property port 0 takes a free one. @default 8787
 * @property host @default '127.0.0.1'
 * @property connections open ones, in all. @default 1,024
 * @property connectionsPerAddress @default 512
 * @property metrics figures for Prometheus. @default none
 * @property tls PEM files, read again when they change; without them it speaks plain HTTP.
 */
export type NodeReceiverOptions = OpenBridgeOptions &
  Partial<ConnectionLimits> & {
    readonly port?: number;
    readonly host?: string;
    readonly tls?: TlsFiles | null;
    readonly metrics?: MetricsOptions | null;
  };

/** Where `GET /metrics` is served, over plain HTTP, and the version that it names. */
type MetricsOptions = { readonly host: string; readonly port: number; readonly version: string };

export type NodeReceiver = OpenedReceiver & {
  /** For example `http://127.0.0.1:8787`; events go to `/events` below it. */
  readonly url: string;
  /** Of `GET /metrics`; null without it. */
  readonly metricsUrl: string | null;
  /** Stops listening, lets runs in work end for up to ten seconds, writes a checkpoint, closes the database. */
  close(): Promise<void>;
};

/** For requests in work: storing an event takes milliseconds, the page follows for ever. */
const REQUEST_GRACE_MS = 2_000;

/**
 * Starts the receiver as a Node server with everything in one SQLite file.
 *
 * While it runs, rejections that nobody awaits and uncaught exceptions do not end the process: those of handlers count
 * against their runs, any other is logged, unless somebody listened for them before.
 *
 * @throws before it listens, when a secret, the page token, a handler, a TLS file, the directory or the port is not
 *   usable; nothing stays open then.
 */
export async function startNodeReceiver(
  options: NodeReceiverOptions,
  openOutbound?: OpenOutbound,
): Promise<NodeReceiver> {
  const { port = 8787, host = '127.0.0.1', tls = null, metrics = null, ...given } = options;
  const pair = tls === null ? null : requireTlsPair(tls);
  const metricsVersion = metrics?.version ?? null;
  const opened = await openBridge(given, { metricsVersion, ...(openOutbound && { openOutbound }) });
  const { bridge, settings } = opened;
  const fetch = (request: Request) => bridge.app.fetch(request);
  const { receiveEvent } = bridge;
  const limits = { ...CONNECTION_LIMITS, ...given };
  const listenAll = async () => {
    const shown =
      metrics && opened.metrics
        ? await serveMetrics(opened.metrics, bridge, { ...settings, ...metrics }, settings)
        : null;
    return startNodeServer({ fetch, receiveEvent, host, port, tls: pair, limits, log: settings.log }).then(
      (server) => ({ server, shown }),
      async (error: unknown) => {
        await shown?.close();
        throw error;
      },
    );
  };
  const { server, shown } = await listenAll().catch(async (error: unknown) => {
    await opened.abandon();
    throw error;
  });
  const unfollow = tls === null ? () => {} : followTlsFiles(tls, server.replaceTls, settings);
  opened.begin();
  return {
    url: server.url,
    metricsUrl: shown?.url ?? null,
    ...opened.receiver,
    close: closeOnce(async () => {
      unfollow();
      await opened.close(
        () => server.close(REQUEST_GRACE_MS),
        async () => shown?.close(),
      );
    }),
  };
}
