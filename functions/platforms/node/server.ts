import { once } from 'node:events';
import type { Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createBoundedServer } from '../../../settings/serving/bounded-server.ts';
import { createCutReport } from '../../../settings/serving/cut-report.ts';
import { serverBounds } from '../../../settings/serving/server-bounds.ts';
import type { Log } from '../../ambient/log.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import type { TlsPair } from './tls-files.ts';

export type NodeServerOptions = {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** null: plain HTTP. */
  readonly tls: TlsPair | null;
  readonly limits: ConnectionLimits;
  readonly log: Log;
};

export type NodeServer = {
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

const SWEEP_EVERY_MS = 50;

/**
 * Listens on a socket for the app.
 *
 * @throws Error when it cannot listen there; the message says what to do.
 */
export async function startNodeServer(options: NodeServerOptions): Promise<NodeServer> {
  const { fetch, host, port, tls, limits, log } = options;
  const server = createBoundedServer({
    listener: getRequestListener(fetch, { overrideGlobalObjects: false }),
    tls,
    bounds: serverBounds({ inAll: limits.connections, perAddress: limits.connectionsPerAddress }),
    onCut: createCutReport((cut) => log.warn(cut, 'cut connections off')),
  });
  const actualPort = await listen(server, port, host);
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    url: `${tls === null ? 'http' : 'https'}://${name}:${actualPort}`,
    replaceTls: (pair) => {
      if ('setSecureContext' in server) server.setSecureContext(pair);
    },
    close: (graceMs) => closeServer(server, graceMs),
  };
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new Error(`cannot listen on ${host}, port ${port}: ${whyNot(code)} (${code})`, { cause: error });
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

function whyNot(code: string): string {
  switch (code) {
    case 'EADDRINUSE':
      return 'another process uses it; stop that one or take another port';
    case 'EACCES':
      return 'this user may not; ports below 1024 need CAP_NET_BIND_SERVICE';
    case 'EADDRNOTAVAIL':
      return 'this machine has no such address';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'there is no such host name';
    default:
      return 'the system refused';
  }
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  // Connections that become idle later would be kept for the next request, which cannot come.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_EVERY_MS);
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
