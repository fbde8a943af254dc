import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { joinBytes } from '../../../protocol/bytes/join-bytes.ts';
import type { BodyRead } from '../../../protocol/http/read-body.ts';
import { EVENTS_PATH } from '../../../protocol/http/receiver-paths.ts';
import type { HeaderSource } from '../../../protocol/signature/signed-headers.ts';
import type { Answer } from '../../ingress/answer.ts';
import type { ReceiveEvent } from '../../ingress/receive-event.ts';

const CONTENT_TYPE = 'content-type';
/** What a web `Request` would refuse is left to who makes one. */
const PLAIN_HOST = /^[\w.:[\]-]+$/;

/**
 * Takes deliveries straight off Node's own request, and leaves everything else to `others`. A web `Request` with its
 * stream and a `Response`, made for each delivery, cost more than all that is done with it.
 */
export function createEventListener(receiveEvent: ReceiveEvent, others: RequestListener): RequestListener {
  return (request, response) => {
    if (isDelivery(request)) void deliver(receiveEvent, request, response);
    else others(request, response);
  };
}

function isDelivery({ method, url, headers: { host = '' } }: IncomingMessage): boolean {
  return method === 'POST' && url === EVENTS_PATH && PLAIN_HOST.test(host);
}

async function deliver(
  receiveEvent: ReceiveEvent,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answer = await receiveEvent({
    headers: headersOf(request),
    readBody: (limitBytes) => readIncoming(request, limitBytes),
  });
  write(response, answer);
}

/** Node joins repeated headers as Fetch does, except that it drops a second content type. */
function headersOf({ headers, rawHeaders }: IncomingMessage): HeaderSource {
  return {
    get: (name) => {
      const value = name === CONTENT_TYPE ? contentTypes(rawHeaders) : headers[name];
      return typeof value === 'string' ? value : null;
    },
  };
}

function contentTypes(rawHeaders: readonly string[]): string | undefined {
  let joined: string | undefined;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (name.length !== CONTENT_TYPE.length || name.toLowerCase() !== CONTENT_TYPE) continue;
    const value = rawHeaders[at + 1] ?? '';
    joined = joined === undefined ? value : `${joined}, ${value}`;
  }
  return joined;
}

/** Counts bytes as they come, and reads no further than the limit. */
function readIncoming(request: IncomingMessage, limitBytes: number): Promise<BodyRead> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let total = 0;
    const leave = () => request.off('data', read).off('end', ended).off('error', reject).off('close', cutOff);
    const read = (chunk: Uint8Array) => {
      total += chunk.byteLength;
      if (total <= limitBytes) {
        chunks.push(chunk);
        return;
      }
      leave();
      request.pause();
      resolve({ kind: 'tooLarge' });
    };
    const ended = () => {
      leave();
      resolve({ kind: 'body', bytes: joinBytes(chunks, total) });
    };
    const cutOff = () => reject(new Error('the sender has gone away'));
    request.on('data', read).on('end', ended).on('error', reject).on('close', cutOff);
    if (request.destroyed) cutOff();
  });
}

function write(response: ServerResponse, { status, headers, body }: Answer): void {
  const text = JSON.stringify(body);
  const described = { [CONTENT_TYPE]: 'application/json', 'content-length': Buffer.byteLength(text) };
  response.writeHead(status, { ...described, ...headers });
  response.end(text);
}
