import type { Share } from './room.ts';

/**
 * What strangers may take of a server. Where a share is used up, whoever has kept the server waiting longest makes room.
 *
 * @property connections open ones.
 * @property bodyBytes of request bodies that are arriving or being worked on.
 * @property unsentBytes of answers that their readers have not taken yet.
 */
export type ServerBounds = {
  readonly connections: Share;
  readonly bodyBytes: Share;
  readonly unsentBytes: Share;
  readonly times: ServerTimes;
};

/** Deadlines, in milliseconds. */
export type ServerTimes = {
  /** From the first byte (of a new connection: from its beginning) to the last one of the request. */
  readonly requestMs: number;
  /** For a TLS handshake as a whole. */
  readonly handshakeMs: number;
  /** For a reader who takes nothing of an answer. */
  readonly stallMs: number;
  /** For a reader to take the rest of an answer once the server has given all of it. */
  readonly takeMs: number;
  /** For the next request on a connection. */
  readonly idleMs: number;
};

const MIB = 1024 * 1024;

/** The sender gives up after 15 s itself. */
const TIMES: ServerTimes = {
  requestMs: 15_000,
  handshakeMs: 10_000,
  stallMs: 10_000,
  takeMs: 30_000,
  idleMs: 5_000,
};

/**
 * Bounds of a server with that many connections. An address has the same part of the bytes as of the connections, at
 * least what one body or one answer needs.
 */
export function serverBounds(
  connections: Share,
  { bodyMiB = 8, unsentMiB = 32, times = {} }: BoundsOptions = {},
): ServerBounds {
  const part = connections.perAddress / connections.inAll;
  const bytes = (mib: number): Share => ({
    inAll: mib * MIB,
    perAddress: Math.max(MIB, Math.ceil(mib * MIB * part)),
  });
  return {
    connections,
    bodyBytes: bytes(bodyMiB),
    unsentBytes: bytes(unsentMiB),
    times: { ...TIMES, ...times },
  };
}

type BoundsOptions = {
  readonly bodyMiB?: number;
  readonly unsentMiB?: number;
  readonly times?: Partial<ServerTimes>;
};
