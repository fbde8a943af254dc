import { once } from 'node:events';
import type { Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { systemClock } from '../../../settings/ambient/clock.ts';
import { every } from '../../../settings/ambient/every.ts';
import { createBoundedServer } from '../../../settings/serving/bounded-server.ts';
import { createCutReport } from '../../../settings/serving/cut-report.ts';
import { listen } from '../../../settings/serving/listen.ts';
import { serverBounds } from '../../../settings/serving/server-bounds.ts';
import type { Log } from '../../ambient/log.ts';
import type { ReceiveEvent } from '../../ingress/receive-event.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import { createEventListener } from './event-listener.ts';
import type { TlsPair } from './tls/tls-files.ts';

type NodeServerOptions = {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** Deliveries, which come to nobody else then. */
  readonly receiveEvent: ReceiveEvent;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** null: plain HTTP. */
  readonly tls: TlsPair | null;
  readonly limits: ConnectionLimits;
  readonly log: Log;
};

type NodeServer = {
  /** For example `http://127.0.0.1:8787`. */
  readonly url: string;
  /** For new connections; nothing without TLS. */
  replaceTls(pair: TlsPair): void;
  /**
   * Refuses new connections at once and closes idle ones; requests under way get `graceMs` to end. A page that follows
   * the events live never ends by itself.
   */
  close(graceMs: number): Promise<void>;
};

const CLOSE_IDLE_EVERY_MS = 50;

/**
 * Listens on a socket for the app.
 *
 * @throws ListenError when it cannot listen there.
 */
export async function startNodeServer(options: NodeServerOptions): Promise<NodeServer> {
  const { fetch, receiveEvent, host, port, tls, limits, log } = options;
  const server = createBoundedServer({
    listener: createEventListener(receiveEvent, getRequestListener(fetch, { overrideGlobalObjects: false })),
    tls,
    bounds: serverBounds({ inAll: limits.connections, perAddress: limits.connectionsPerAddress }),
    onCut: createCutReport((cut) => log.warn(cut, 'cut connections off')),
  });
  const address = await listen(server, { host, port });
  return {
    url: `${tls === null ? 'http' : 'https'}://${address}`,
    replaceTls: (pair) => {
      if ('setSecureContext' in server) server.setSecureContext(pair);
    },
    close: (graceMs) => closeServer(server, graceMs),
  };
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  // Connections that become idle later would be kept for the next request, which cannot come.
  // By the machine's clock, whatever the handlers' is: sockets have no other.
  const stopClosing = every(systemClock, CLOSE_IDLE_EVERY_MS, () => server.closeIdleConnections());
  const cancelCut = systemClock.after(graceMs, () => server.closeAllConnections());
  await closed;
  stopClosing();
  cancelCut();
}
