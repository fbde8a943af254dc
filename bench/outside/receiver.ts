import { createServer, type Server, type Socket } from 'node:net';

const ACCEPTED = 'HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n';
const HEAD_END = '\r\n\r\n';

export type Receiver = {
  readonly url: string;
  readonly server: Server;
  /** How long answers really took since the last call, on average: timers are late, and more so on a busy machine. */
  takeLatencyMs(): number;
};

type OnRequest = (head: string, body: Buffer) => number;

/**
 * A receiver that costs as little as one can: it reads just enough HTTP/1.1 to know where a request ends, and
 * answers 202. A full HTTP server would be slower than the sender that is to be measured.
 *
 * @param onRequest called with head and body of each; returns after how many ms to answer.
 */
export async function startReceiver(onRequest: OnRequest): Promise<Receiver> {
  let delaysMs = 0;
  let answers = 0;
  const answer = (socket: Socket, requestedAt: number) => {
    socket.write(ACCEPTED);
    delaysMs += performance.now() - requestedAt;
    answers += 1;
  };
  const server = createServer({ noDelay: true }, (socket) => serve(socket, onRequest, answer));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 1024, resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/hooks`,
    server,
    takeLatencyMs() {
      const mean = delaysMs / answers;
      delaysMs = 0;
      answers = 0;
      return mean;
    },
  };
}

function serve(
  socket: Socket,
  onRequest: OnRequest,
  answer: (socket: Socket, requestedAt: number) => void,
): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    const now = performance.now();
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let request = cut(rest); request !== null; request = cut(rest)) {
      rest = rest.subarray(request.length);
      const delayMs = onRequest(request.head, request.body);
      if (delayMs === 0) answer(socket, now);
      else setTimeout(answer, delayMs, socket, now);
    }
  });
}

/** The first request in the bytes, once it is complete. */
function cut(
  bytes: Buffer,
): { readonly head: string; readonly body: Buffer; readonly length: number } | null {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd === -1) return null;
  const head = bytes.toString('latin1', 0, headEnd);
  const bodyBytes = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
  const bodyStart = headEnd + HEAD_END.length;
  const length = bodyStart + bodyBytes;
  return bytes.length < length ? null : { head, body: bytes.subarray(bodyStart, length), length };
}
