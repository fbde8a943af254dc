import type { ServerResponse } from 'node:http';
import { ApiStatusError } from './status-error.ts';

/** What a request is answered with: a JSON document, plain text, or a stream that `open` writes itself. */
export type ApiAnswer =
  | { kind: 'json'; code: number; body: unknown; warnings?: readonly string[] }
  | { kind: 'text'; body: string }
  | { kind: 'stream'; open: (response: ServerResponse) => void };

export const json = (body: unknown, code = 200): ApiAnswer => ({ kind: 'json', code, body });

/** As many Warning headers as a client reads, each of this many characters. */
const MOST_WARNINGS = 20;
const WARNING_CHARACTERS = 256;

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
  const warnings = answer.kind === 'json' ? warningHeaders(answer.warnings ?? []) : [];
  if (warnings.length > 0) response.setHeader('warning', warnings);
  response.writeHead(code, { 'content-type': type, 'cache-control': 'no-cache, private' });
  response.end(body);
}

/** RFC 7234, section 5.5: `299 - "text"`. kubectl prints them. */
function warningHeaders(warnings: readonly string[]): string[] {
  return warnings.slice(0, MOST_WARNINGS).map((text) => {
    const printable = text.replace(/[^\x20-\x7e]/g, '?').slice(0, WARNING_CHARACTERS);
    return `299 - "${printable.replace(/["\\]/g, '\\$&')}"`;
  });
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
