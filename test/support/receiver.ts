import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { onTestFinished } from 'vitest';

/** A request as it arrived, its body complete. */
export type ReceivedRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Names and values as sent, in order. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** Tells connections apart. */
  readonly remotePort: number;
};

/** A status, or whatever the test wants to do to the connection. */
export type Answer = number | ((response: ServerResponse, request: ReceivedRequest) => void);

export interface Receiver {
  /** Where to post, with a path. */
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  /** Waits until so many requests have arrived in all. */
  received(count: number): Promise<readonly ReceivedRequest[]>;
  /** Answers the next requests in turn, and all later ones with the last. */
  answer(...answers: Answer[]): void;
}

export type ReceiverOptions = { readonly tls?: { readonly key: string; readonly cert: string } };

/** A webhook receiver on a port of its own, answering 202 unless told otherwise. Closed after the test. */
export async function startReceiver({ tls }: ReceiverOptions = {}): Promise<Receiver> {
  const requests: ReceivedRequest[] = [];
  let script: Answer[] = [202];
  let waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  const listener: RequestListener = async (incoming, response) => {
    const request = await read(incoming);
    if (request === null) return;
    requests.push(request);
    const answer = script.length > 1 ? script.shift() : script[0];
    if (typeof answer === 'function') answer(response, request);
    else response.writeHead(answer ?? 202).end();
    for (const { resolve } of waiting.filter(({ count }) => count <= requests.length)) resolve();
    waiting = waiting.filter(({ count }) => count > requests.length);
  };

  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the receiver has no port');
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${address.port}/hook?tenant=a`,
    requests,
    async received(count) {
      if (requests.length < count) await new Promise<void>((resolve) => waiting.push({ count, resolve }));
      return requests;
    },
    answer(...answers) {
      script = answers;
    },
  };
}

/** Answers with headers, and a body where the test needs one. */
export function respond(status: number, headers: Record<string, string>, body = ''): Answer {
  return (response) => response.writeHead(status, headers).end(body);
}

/** Cuts the connection without an answer. */
export const reset: Answer = (response) => response.socket?.resetAndDestroy();

/** Accepts and never answers. */
export const hang: Answer = () => {};

/** Sends a complete head at once, and then the first byte of a body that never ends. */
export const neverEnding: Answer = (response) => response.writeHead(200).write('.');

/** Sends a head that promises more than comes, and cuts the connection. */
export const cutShort: Answer = (response) => {
  response.writeHead(200, { 'content-length': '100' });
  response.write('.', () => response.socket?.resetAndDestroy());
};

async function read(incoming: IncomingMessage): Promise<ReceivedRequest | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) chunks.push(chunk);
  } catch {
    // The sender gave up in the middle of its request; there is nobody to answer.
    return null;
  }
  const { method = '', url = '', headers, rawHeaders, socket } = incoming;
  const remotePort = socket.remotePort ?? 0;
  return { method, path: url, headers, rawHeaders, body: Buffer.concat(chunks), remotePort };
}
