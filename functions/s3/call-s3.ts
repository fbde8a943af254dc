import { readBody } from '../../protocol/http/read-body.ts';
import { parseRetryAfter } from '../../protocol/http/retry-after.ts';
import { type AwsCredentials, signAwsRequest } from '../sigv4/sign-aws-request.ts';
import { S3Error } from './s3-error.ts';
import { codeOf } from './s3-xml.ts';

/**
 * A bucket of a store that speaks the S3 protocol.
 *
 * @property url of the bucket itself, closed by a slash: `https://<bucket>.s3.<region>.amazonaws.com/`, or
 *   `https://<host>/<bucket>/`.
 * @property credentials read for every request, because those of a role change.
 */
export type S3Bucket = {
  readonly url: string;
  readonly region: string;
  readonly credentials: () => Promise<AwsCredentials>;
};

/**
 * How one request goes out.
 *
 * @property fetch resolves with whatever was answered; the deadline is its own.
 * @property at the time of signing, which must be that of the store give or take fifteen minutes.
 */
export type S3Exchange = {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly at: Date;
};

/**
 * @property key of an object; left out for the bucket itself.
 * @property accept statuses beside 200 that are no failure.
 */
type S3Request = {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  readonly accept?: readonly number[];
};

type S3Answer = { readonly status: number; readonly bytes: Uint8Array<ArrayBuffer> };

/** A thousand keys of 1,024 bytes, each byte as three characters, and what stands around them. */
const MAX_ANSWER_BYTES = 8 * 1_048_576;
const SLOW_DOWN_MS = 5_000;

/**
 * Sends one request to a bucket, signed, and reads the answer within its limit.
 *
 * @throws S3Error when the store refuses; Error for an answer that is too large; whatever `fetch` rejects with.
 */
export async function callS3(bucket: S3Bucket, exchange: S3Exchange, request: S3Request): Promise<S3Answer> {
  const { key = '', query = {}, accept = [], ...rest } = request;
  const url = `${bucket.url}${key.split('/').map(encodeURIComponent).join('/')}${queryText(query)}`;
  const call = { ...rest, service: 's3', region: bucket.region, url };
  const signed = await signAwsRequest(call, await bucket.credentials(), exchange.at);
  const response = await exchange.fetch(signed.url, signed.init);
  const read = await readBody(response.body, MAX_ANSWER_BYTES);
  if (read.kind === 'tooLarge') throw new Error(`the store's answer has more than ${MAX_ANSWER_BYTES} bytes`);
  const { status } = response;
  if (status === 200 || accept.includes(status)) return { status, bytes: read.bytes };
  throw refusal(new TextDecoder().decode(read.bytes), response, exchange.at.getTime());
}

/** Reads an answer that is XML: a request can fail after its status, 200, was sent. @throws S3Error then. */
export function readXml({ status, bytes }: S3Answer): string {
  const text = new TextDecoder().decode(bytes);
  if (!/^\s*(?:<\?xml[^<>]*>\s*)?<Error[\s>]/.test(text)) return text;
  const code = codeOf(text);
  throw new S3Error(status, code, code === 'SlowDown' ? SLOW_DOWN_MS : 0);
}

function refusal(text: string, { status, headers }: Response, nowMs: number): S3Error {
  const code = codeOf(text);
  const usualMs = status === 503 || code === 'SlowDown' ? SLOW_DOWN_MS : 0;
  return new S3Error(status, code, parseRetryAfter(headers.get('retry-after'), nowMs) ?? usualMs);
}

/** Percent-encoded throughout: a plus would be read as a plus by some, and as a blank by others. */
function queryText(query: Readonly<Record<string, string>>): string {
  const parts = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}
