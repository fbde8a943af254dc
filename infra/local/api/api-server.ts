import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { send, sendFailure } from './http/api-answer.ts';
import { requireLocalRequest } from './http/local-request.ts';
import { type ApiRequest, readRequest } from './http/request.ts';
import { answerRequest, type RouteDeps } from './route.ts';

/** Connections at once: far more than any test or laptop needs, and still a bound. */
const MAX_CONNECTIONS = 1000;

type ApiServerDeps = RouteDeps & { host: string; port: number };

/**
 * Serves the model over plain HTTP/1.1, to requests that were meant for this machine.
 *
 * @throws the listen error (EADDRINUSE, EACCES) when the address cannot be had.
 */
export async function startApiServer(deps: ApiServerDeps): Promise<{ url: string; close(): Promise<void> }> {
  const { host, port, watches } = deps;
  let address = '';
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (message, response) => {
    admit(message, host)
      .then((request) => answerRequest(deps, request, address))
      .then((answer) => send(response, answer))
      .catch((error: unknown) => sendFailure(response, error));
    response.on('error', () => response.destroy());
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(port, host);
  await once(server, 'listening');
  const bound = server.address();
  const boundPort = typeof bound === 'object' && bound ? bound.port : port;
  address = `${host.includes(':') ? `[${host}]` : host}:${boundPort}`;
  return {
    url: `http://${address}`,
    async close() {
      if (!server.listening) return;
      watches.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function admit(message: IncomingMessage, host: string): Promise<ApiRequest> {
  requireLocalRequest(message.headers, host);
  return await readRequest(message);
}
