import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type Socket, connect as tcpConnect } from 'node:net';
import { onTestFinished } from 'vitest';

/** What the proxy does with what it is asked for. */
export type ProxyManner =
  | 'serve'
  /** Takes the connection and the request, and says nothing. */
  | 'hang'
  /** Answers with this status. */
  | number
  /** Sends these bytes for ever, whatever it is asked. */
  | { readonly flood: string };

export interface TestProxy {
  /** `http://127.0.0.1:PORT` (or https), without credentials. */
  readonly url: string;
  /** With the user and password that it wants. */
  readonly urlWithCredentials: string;
  /** What it was asked for: `CONNECT 127.0.0.1:443`, `POST http://…`. */
  readonly asked: readonly string[];
  /** Values of `proxy-authorization`, one a request; '' where there was none. */
  readonly authorizations: readonly string[];
  manner(next: ProxyManner): void;
}

export type TestProxyOptions = {
  /** Anybody else gets 407. */
  readonly user?: string;
  readonly password?: string;
  /** Where names lead that only the proxy knows: `{ 'api.test:443': '127.0.0.1:40000' }`. */
  readonly hosts?: Readonly<Record<string, string>>;
  readonly tls?: { readonly key: string; readonly cert: string };
};

/** A real HTTP proxy on loopback: CONNECT for https, absolute URLs for http. Closed after the test. */
export async function startHttpProxy({
  user,
  password = '',
  hosts = {},
  tls,
}: TestProxyOptions = {}): Promise<TestProxy> {
  const asked: string[] = [];
  const authorizations: string[] = [];
  const sockets = new Set<Socket>();
  let manner: ProxyManner = 'serve';
  const wanted = user === undefined ? null : `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

  /** The status to refuse with; null: go on; 'silent': nothing more is to be said. */
  const refusal = (incoming: IncomingMessage, socket: Socket): number | null | 'silent' => {
    asked.push(`${incoming.method} ${incoming.url}`);
    const given = incoming.headers['proxy-authorization'] ?? '';
    authorizations.push(given);
    if (typeof manner === 'object') flood(socket, manner.flood);
    if (manner === 'hang' || typeof manner === 'object') return 'silent';
    if (typeof manner === 'number') return manner;
    return wanted !== null && given !== wanted ? 407 : null;
  };

  const listener = (incoming: IncomingMessage, response: ServerResponse) => {
    const refused = refusal(incoming, incoming.socket);
    if (refused === 'silent') return;
    if (refused !== null) return void response.writeHead(refused).end('no');
    const { 'proxy-authorization': _, ...headers } = incoming.headers;
    const { host, pathname, search } = new URL(incoming.url ?? '');
    const [hostname = '', port = ''] = (hosts[host] ?? host).split(':');
    const onward = request(
      { hostname, port, path: pathname + search, method: incoming.method, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => {}));
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('connect', (incoming: IncomingMessage, socket: Socket) => {
    socket.on('error', () => {});
    const refused = refusal(incoming, socket);
    if (refused === 'silent') return;
    if (refused !== null) return void socket.end(`HTTP/1.1 ${refused} No\r\ncontent-length: 0\r\n\r\n`);
    const { hostname, port } = new URL(`tcp://${hosts[incoming.url ?? ''] ?? incoming.url}`);
    const onward = tcpConnect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    sockets.add(onward.on('error', () => socket.destroy()));
    socket.on('close', () => onward.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const scheme = tls ? 'https' : 'http';
  const credentials = user === undefined ? '' : `${user}:${encodeURIComponent(password)}@`;
  return {
    url: `${scheme}://127.0.0.1:${address.port}`,
    urlWithCredentials: `${scheme}://${credentials}127.0.0.1:${address.port}`,
    asked,
    authorizations,
    manner(next) {
      manner = next;
    },
  };
}

/** Writes as fast as it is read, until the other side goes. */
export function flood(socket: Socket, bytes: string): void {
  const block = bytes.repeat(Math.max(1, Math.ceil(65_536 / bytes.length)));
  const more = () => {
    while (!socket.destroyed && socket.write(block));
  };
  socket.on('error', () => {}).on('drain', more);
  more();
}
