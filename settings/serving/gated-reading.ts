import type { Socket } from 'node:net';

/**
 * @property admit whether bytes that have come in may be read now; otherwise they wait until `goOn` is called, and nothing
 *   more is taken from the network.
 * @property isShut whether nothing is read any more.
 */
type Gate = { readonly admit: (bytes: number) => boolean; readonly isShut: () => boolean };

/**
 * The parser reads all requests of a packet that it is given before anybody can stop it: given this much at a time, it
 * finds some dozens at most, not thousands.
 */
const PIECE_BYTES = 2_048;

/**
 * Has every byte that an HTTP server reads from a socket admitted first. Call it when the server has taken the socket.
 *
 * @returns goOn: reads what had to wait, and on from there.
 */
export function gateReading(socket: Socket, { admit, isShut }: Gate): { goOn(): void } {
  const push = socket.push.bind(socket);
  let held: (Uint8Array | null)[] = [];

  const give = (chunk: Uint8Array): boolean => {
    let wantsMore = true;
    for (let at = 0; at < chunk.length && !socket.destroyed && !isShut(); at += PIECE_BYTES) {
      wantsMore = push(chunk.subarray(at, at + PIECE_BYTES));
    }
    return wantsMore;
  };

  // The server reads past the stream, unless somebody else listens there.
  socket.on('data', () => {});
  socket.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
    if (isShut()) return false;
    if (!(chunk instanceof Uint8Array)) {
      if (held.length === 0 || chunk !== null) return push(chunk, encoding);
      held.push(null);
      return false;
    }
    if (held.length === 0 && admit(chunk.byteLength)) return give(chunk);
    held.push(chunk);
    return false;
  };

  return {
    goOn: () => {
      const chunks = held;
      held = [];
      for (const chunk of chunks) {
        if (chunk === null) push(null);
        else give(chunk);
      }
    },
  };
}
