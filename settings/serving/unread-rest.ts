import type { ServerResponse } from 'node:http';
import type { FollowedRequest } from './followed-request.ts';

/** A body that is surely under way already when its headers are refused; anything larger is not waited for. */
const SMALL_BYTES = 65_536;
const MOST_MS = 500;

/**
 * What becomes of the rest of a request that is answered before it is complete. A small one is read and thrown away, and
 * the connection goes on. Of any other nothing more is read: the answer says that the connection is closed, which happens
 * a moment later, because closed at once, the system would take the answer back from who is still sending.
 *
 * @param shut stops reading.
 * @returns called when all of the answer has been given.
 */
export function unreadRest(request: FollowedRequest, response: ServerResponse, shut: () => void): () => void {
  const { socket } = request;
  const small = isSmall(request);
  const { shouldKeepAlive } = response;
  if (!small) response.shouldKeepAlive = false;
  const completed = request.onComplete;
  request.onComplete = () => {
    if (!response.headersSent) response.shouldKeepAlive = shouldKeepAlive;
    completed?.();
  };
  return () => {
    if (request.complete) return;
    const overdue = setTimeout(() => socket.destroy(), MOST_MS);
    socket.once('close', () => clearTimeout(overdue));
    if (small) {
      request.onComplete = () => clearTimeout(overdue);
      request.read(0);
      request.resume();
      return;
    }
    shut();
    // What Node calls once the answer is written.
    socket.destroySoon = () => void socket.end();
  };
}

function isSmall({ headers }: FollowedRequest): boolean {
  if (headers['transfer-encoding'] !== undefined) return false;
  return Number(headers['content-length'] ?? 0) <= SMALL_BYTES;
}
