import { once } from 'node:events';
import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { registerHandlers } from '../handlers/register.ts';
import type { SqliteQueue } from '../handoff/sqlite-queue.ts';
import { createJsonLog } from '../log.ts';
import type { TimelineEntry } from '../page/timeline.ts';
import { RETENTION_MS } from '../store/claim-table.ts';
import { platformTimer, type Timer } from '../timer.ts';
import { closeOnce } from './close-once.ts';
import { buildNodeBridge, type NodeBridgeOptions } from './node-bridge.ts';

/**
 * What a receiver on Node needs: `dataDir` (queue, claims and audit rows; created if missing, used by one process)
 * and `secrets` (`whsec_…` or `whpk_…`, the current and the previous ones). The rest has defaults: the shipped
 * handlers, no variables, no page, a JSON log on the console.
 *
 * @property port 0 takes a free one. @default 8787
 * @property host @default '127.0.0.1'
 */
export type NodeReceiverOptions = Pick<NodeBridgeOptions, 'dataDir' | 'secrets'> &
  Partial<NodeBridgeOptions> & { readonly port?: number; readonly host?: string };

export type NodeReceiver = {
  /** For example `http://127.0.0.1:8787`; events go to `/events` below it. */
  readonly url: string;
  /** The newest events with their runs, oldest first. */
  auditRows(limit?: number): Promise<readonly TimelineEntry[]>;
  deadLetters(): ReturnType<SqliteQueue['deadLetters']>;
  /** Stops listening, lets runs in work end for up to ten seconds, closes the database. */
  close(): Promise<void>;
};

const CLOSE_GRACE_MS = 10_000;
/** The sender gives up after 15 s itself; no request needs longer to arrive. */
const REQUEST_TIMEOUT_MS = 15_000;
const PRUNE_EVERY_MS = 3_600_000;

/**
 * Starts the receiver as a Node server with everything in one SQLite file.
 *
 * @throws before it listens, when a secret, the page token, a handler, the directory or the port is not usable.
 */
export async function startNodeReceiver(options: NodeReceiverOptions): Promise<NodeReceiver> {
  const { port = 8787, host = '127.0.0.1', ...given } = options;
  const settings = { ...defaults(), ...given };
  const { app, pump, queue, claims, audit, database } = await buildNodeBridge(settings);
  const server = createAdaptorServer({
    fetch: app.fetch,
    overrideGlobalObjects: false,
    serverOptions: { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS },
  }) as Server;
  const cancelPruning = every(settings.timer, PRUNE_EVERY_MS, () => {
    claims.prune(settings.now());
    queue.forgetDeadBefore(settings.now() - RETENTION_MS);
  });
  const release = async () => {
    cancelPruning();
    await pump.close(CLOSE_GRACE_MS);
    database.close();
  };
  const url = await listen(server, port, host).catch(async (error: unknown) => {
    await release();
    throw error;
  });
  // What an earlier process left behind is due at once.
  pump.wake();
  return {
    url,
    auditRows: async (limit = 1_000) => (await audit.latest(limit)).entries,
    deadLetters: () => queue.deadLetters(),
    close: closeOnce(async () => {
      await closeServer(server);
      await release();
    }),
  };
}

function defaults(): Omit<NodeBridgeOptions, 'dataDir' | 'secrets'> {
  const log = createJsonLog((level, line) => console[level](line));
  return { vars: {}, page: {}, registerHandlers, log, now: Date.now, timer: platformTimer };
}

async function listen(server: Server, port: number, host: string): Promise<string> {
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  const actualPort = typeof address === 'object' && address !== null ? address.port : port;
  return `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`;
}

/** New requests are refused at once; those under way get to end, idle connections do not. */
async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  await closed;
}

function every(timer: Timer, intervalMs: number, work: () => void): () => void {
  let cancel = timer(intervalMs, function again() {
    work();
    cancel = timer(intervalMs, again);
  });
  return () => cancel();
}
