import {
  createServer as createHttpServer,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { type Connection, type Connections, type CutReason, createConnections } from './connections.ts';
import { FollowedRequest } from './followed-request.ts';
import type { ServerBounds, ServerTimes } from './server-bounds.ts';
import { unreadRest } from './unread-rest.ts';

export type BoundedServerOptions = {
  readonly listener: RequestListener;
  /** PEM; null: plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly bounds: ServerBounds;
  /** Told of every connection that was cut off; must not throw. */
  readonly onCut: (reason: CutReason) => void;
};

const MOST_HEADER_BYTES = 16_384;
const MOST_HEADERS = 100;
/** Node looks for overdue requests every 30 s by default, so that 15 s would mean up to 45. */
const LOOK_EVERY_MS = 500;

/**
 * An HTTP server that stays up whatever comes: one request at a time on a connection, everything that strangers can make
 * it hold within the bounds, and a deadline for everything it waits for.
 *
 * A second request that comes before the answer to the first was written (pipelining, which no client needs) ends the
 * connection: Node would parse and run all that a packet holds, and keep the answers for somebody who never reads them.
 */
export function createBoundedServer({
  listener,
  tls,
  bounds,
  onCut,
}: BoundedServerOptions): Server | HttpsServer {
  const { times } = bounds;
  const connections = createConnections(bounds, onCut);
  const options = {
    requestTimeout: times.requestMs,
    headersTimeout: times.requestMs,
    connectionsCheckingInterval: LOOK_EVERY_MS,
    keepAliveTimeout: times.idleMs,
    maxHeaderSize: MOST_HEADER_BYTES,
    // Refused by the application: what Node answers by itself, it answers to every request of a packet.
    requireHostHeader: false,
    IncomingMessage: FollowedRequest,
  };
  const onRequest = (request: FollowedRequest, response: ServerResponse) => {
    const connection = connections.of(request.socket);
    if (connection === undefined || connection.shut) request.socket.destroy();
    else if (connection.answering) connections.cut(connection, 'pipelined request');
    else {
      follow(connections, connection, { request, response, times });
      listener(request, response);
    }
  };
  const server =
    tls === null
      ? createHttpServer(options, onRequest)
      : createHttpsServer({ ...options, ...tls }, onRequest);
  server.maxHeadersCount = MOST_HEADERS;
  server.on('checkExpectation', onRequest);
  server.setTimeout(times.stallMs, (socket) => onSilence(connections, socket, times));
  if (tls === null) {
    server.on('connection', (socket: Socket) => connections.speakHttp(connections.admit(socket), socket));
  } else admitAfterHandshake(server, connections, times);
  return server;
}

/** Node's own deadline of a handshake begins anew with every byte. */
function admitAfterHandshake(
  server: Server | HttpsServer,
  connections: Connections,
  { handshakeMs }: ServerTimes,
): void {
  server.on('connection', (raw: Socket) => {
    const connection = connections.admit(raw);
    const overdue = setTimeout(() => {
      if (connection.socket === null) connections.cut(connection, 'slow TLS handshake');
    }, handshakeMs);
    raw.once('close', () => clearTimeout(overdue));
  });
  server.on('secureConnection', (socket: Socket) => {
    const connection = connections.of(socket);
    if (connection === undefined) socket.destroy();
    else connections.speakHttp(connection, socket);
  });
}

type Exchange = {
  readonly request: FollowedRequest;
  readonly response: ServerResponse;
  readonly times: ServerTimes;
};

/** Keeps account of a request until its answer has been written, or nobody can read it any more. */
function follow(
  connections: Connections,
  connection: Connection,
  { request, response, times }: Exchange,
): void {
  connections.requestBegun(connection);
  request.onComplete = () => connections.requestComplete(connection);
  const leaveRest = unreadRest(request, response, () => {
    connection.shut = true;
  });
  let overdue: NodeJS.Timeout | undefined;
  let ended = false;
  // All of the answer was given to the socket: what it could not write at once waits in memory for the reader.
  response.once('prefinish', () => {
    leaveRest();
    const unsentBytes = request.socket.writableLength;
    connections.answerGiven(connection, unsentBytes);
    if (unsentBytes > 0) {
      overdue = setTimeout(() => connections.cut(connection, 'answer not read'), times.takeMs);
    }
  });
  const end = () => {
    // The second of the two events may come when the next request is under way.
    if (ended) return;
    ended = true;
    clearTimeout(overdue);
    connections.answered(connection);
  };
  response.once('finish', end);
  response.once('close', end);
}

/** Nothing has moved for a while: fine while we work, not while we wait. */
function onSilence(connections: Connections, socket: Socket, { stallMs }: ServerTimes): void {
  const connection = connections.of(socket);
  if (connection?.answering && socket.writableLength === 0) socket.setTimeout(stallMs);
  else if (connection?.answering) connections.cut(connection, 'answer not read');
  else socket.destroy();
}
