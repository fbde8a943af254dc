import type { Socket } from 'node:net';
import { createBodyRoom } from './body-room.ts';
import { gateReading } from './gated-reading.ts';
import { peerAddress } from './peer-address.ts';
import { createRoom } from './room.ts';
import type { ServerBounds } from './server-bounds.ts';

/** Why a connection was cut off. */
export type CutReason =
  | 'too many connections'
  | 'slow body'
  | 'answer not read'
  | 'pipelined request'
  | 'slow TLS handshake';

/**
 * @property socket the one that HTTP is spoken on; null while a TLS handshake is under way.
 * @property answering whether a request on it has not been answered to its end.
 * @property shut nothing more is read from it.
 */
export type Connection = {
  readonly key: string;
  readonly address: string;
  readonly raw: Socket;
  socket: Socket | null;
  answering: boolean;
  shut: boolean;
  receivedBytes: number;
  goOn: () => void;
};

export type Connections = ReturnType<typeof createConnections>;

/** What comes in at once, headers included. An event is not larger, so only bodies beyond the ordinary need room. */
const FREE_BYTES = 16_384;
const BUSY =
  'HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\ncontent-length: 0\r\n\r\n';
/** For that answer to reach who was cut off. */
const FAREWELL_MS = 1_000;

/** All open connections of a server, and what they hold. */
export function createConnections(bounds: ServerBounds, onCut: (reason: CutReason) => void) {
  const open = new Map<string, Connection>();
  const places = createRoom<Connection>(bounds.connections);
  const unsent = createRoom<Connection>(bounds.unsentBytes);
  const bodies = createBodyRoom<Connection>({
    share: bounds.bodyBytes,
    goOn: (connection) => connection.goOn(),
    cut: (connection) => cut(connection, 'slow body'),
  });

  const leave = (connection: Connection) => {
    open.delete(connection.key);
    for (const room of [places, bodies, unsent]) room.release(connection);
  };

  /** Nothing more is read from it; who has no answer yet is told to come again. */
  const cut = (connection: Connection, reason: CutReason) => {
    if (connection.raw.destroyed || connection.shut) return;
    onCut(reason);
    connection.shut = true;
    leave(connection);
    const { socket, raw } = connection;
    // Who is idle would take an answer for one to its next request.
    const idle = !connection.answering && connection.receivedBytes === 0;
    if (socket === null || idle || socket.writableLength > 0 || reason === 'pipelined request') {
      raw.destroy();
      return;
    }
    socket.end(BUSY);
    setTimeout(() => raw.destroy(), FAREWELL_MS).unref();
  };

  const admitBytes = (connection: Connection, bytes: number): boolean => {
    connection.receivedBytes += bytes;
    return connection.receivedBytes <= FREE_BYTES || bodies.take(connection, bytes);
  };

  return {
    /** A new connection, before anything is read from it. */
    admit: (raw: Socket): Connection => {
      const address = peerAddress(raw.remoteAddress);
      const state = { socket: null, answering: false, shut: false, receivedBytes: 0, goOn: () => {} };
      const connection: Connection = { key: keyOf(raw), address, raw, ...state };
      open.set(connection.key, connection);
      raw.once('close', () => leave(connection));
      // Gone before it was accepted.
      if (raw.remoteAddress === undefined) raw.destroy();
      for (const gone of places.hold(connection, address, 1)) cut(gone, 'too many connections');
      return connection;
    },
    /** The HTTP server has taken that socket. */
    speakHttp: (connection: Connection, socket: Socket) => {
      connection.socket = socket;
      connection.goOn = gateReading(socket, {
        admit: (bytes) => admitBytes(connection, bytes),
        isShut: () => connection.shut,
      }).goOn;
    },
    of: (socket: Socket): Connection | undefined => open.get(keyOf(socket)),
    requestBegun: (connection: Connection) => {
      connection.answering = true;
    },
    /** The client has done its part: now it waits for us. */
    requestComplete: (connection: Connection) => {
      connection.receivedBytes = 0;
      bodies.complete(connection);
      places.setWaiting(connection, false);
    },
    /** All of the answer was given, and so many bytes of it wait for the client. */
    answerGiven: (connection: Connection, unsentBytes: number) => {
      places.setWaiting(connection, true);
      if (unsentBytes === 0) return;
      for (const gone of unsent.hold(connection, connection.address, unsentBytes))
        cut(gone, 'answer not read');
    },
    answered: (connection: Connection) => {
      connection.answering = false;
      bodies.release(connection);
      unsent.release(connection);
    },
    cut,
  };
}

/** A TLS socket tells the same as the one below it. */
function keyOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`;
}
