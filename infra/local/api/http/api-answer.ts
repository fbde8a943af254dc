import type { ServerResponse } from 'node:http';
import { ApiStatusError } from './status-error.ts';

/** What a request is answered with: a JSON document, plain text, or a stream that `open` writes itself. */
export type ApiAnswer =
  | { kind: 'json'; code: number; body: unknown }
  | { kind: 'text'; body: string }
  | { kind: 'stream'; open: (response: ServerResponse) => void };

export const json = (body: unknown, code = 200): ApiAnswer => ({ kind: 'json', code, body });

/** Writes an answer; a stream stays open. */
export function send(response: ServerResponse, answer: ApiAnswer): void {
  if (answer.kind === 'stream') {
    answer.open(response);
    return;
  }
  const [code, type, body] =
    answer.kind === 'json'
      ? [answer.code, 'application/json', `${JSON.stringify(answer.body)}\n`]
      : [200, 'text/plain', answer.body];
  response.writeHead(code, { 'content-type': type, 'cache-control': 'no-cache, private' });
  response.end(body);
}

/** Writes the Status of a failed request; anything that is no ApiStatusError is our own fault, a 500 without details. */
export function sendFailure(response: ServerResponse, error: unknown): void {
  const failure =
    error instanceof ApiStatusError
      ? error
      : new ApiStatusError({
          code: 500,
          reason: 'InternalError',
          message: 'Internal error occurred: unexpected failure',
        });
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  // The rest of an oversized body is not worth reading: the connection goes.
  const closing = failure.body.code === 413 ? { connection: 'close' } : {};
  response.writeHead(failure.body.code, {
    'content-type': 'application/json',
    'cache-control': 'no-cache, private',
    ...failure.headers,
    ...closing,
  });
  response.end(`${JSON.stringify(failure.body)}\n`);
}
