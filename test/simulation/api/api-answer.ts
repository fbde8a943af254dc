import { Readable } from 'node:stream';
import type { ClusterResponse } from '../../../watcher/source/cluster/cluster-access.ts';

/** A whole answer with a JSON body. */
export function json(status: number, value: unknown, retryAfter: string | null = null): ClusterResponse {
  return { status, retryAfter, body: Readable.from([Buffer.from(JSON.stringify(value))]) };
}

/** A refusal as meta/v1 Status. */
export function refusal(code: number, reason: string, cause?: string): ClusterResponse {
  const details = cause === undefined ? {} : { causes: [{ reason: cause, message: reason }] };
  const retryAfter = code === 429 || code === 503 ? '1' : null;
  return json(
    code,
    { kind: 'Status', status: 'Failure', code, reason, message: reason, details },
    retryAfter,
  );
}

/** A 200 whose body breaks off. */
export function halfAnswer(value: unknown): ClusterResponse {
  const body = new Readable({ read() {} });
  body.on('error', () => {});
  const text = JSON.stringify(value);
  body.push(Buffer.from(text.slice(0, text.length / 2)));
  body.destroy(new Error('read ECONNRESET'));
  return { status: 200, retryAfter: null, body };
}

/** How a watch whose history is gone is told so: 200, and an ERROR in the stream. */
export function expiredInStream(): ClusterResponse {
  const object = { kind: 'Status', status: 'Failure', code: 410, reason: 'Expired', message: 'too old' };
  return {
    status: 200,
    retryAfter: null,
    body: Readable.from([Buffer.from(`${JSON.stringify({ type: 'ERROR', object })}\n`)]),
  };
}
