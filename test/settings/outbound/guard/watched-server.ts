import { createServer as createPlainServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';
import type { TestCertificate } from '../../../support/test-certificates.ts';

/** @property connections how many were ever accepted, whether anything came over them or not. */
export type WatchedServer = {
  readonly port: number;
  readonly connections: number;
  /** Names that TLS asked for, and the host of each request. */
  readonly seen: readonly { readonly servername: string; readonly host: string }[];
};

type WatchedOptions = {
  readonly address?: string;
  readonly port?: number;
  readonly tls?: TestCertificate;
  readonly answer?: RequestListener;
};

/** A server that knows each connection to it. Closed after the test. */
export async function startWatched(options: WatchedOptions = {}): Promise<WatchedServer> {
  const {
    address = '127.0.0.1',
    port = 0,
    tls,
    answer = (_request, response) => void response.end(),
  } = options;
  let connections = 0;
  const seen: { servername: string; host: string }[] = [];
  const sockets = new Set<Socket>();
  const listener: RequestListener = (request, response) => {
    const servername = (request.socket as TLSSocket).servername;
    seen.push({
      servername: typeof servername === 'string' ? servername : '',
      host: request.headers.host ?? '',
    });
    request.resume();
    answer(request, response);
  };
  const server = tls ? createTlsServer(tls, listener) : createPlainServer(listener);
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket.on('error', () => {}));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, address, resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    seen,
  };
}
