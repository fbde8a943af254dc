import { encodeBase64 } from '../../protocol/bytes/base64.ts';
import { readBody } from '../../protocol/read-body.ts';
import { RetryLater } from '../hooks/attempt-failure.ts';
import { type AwsCredentials, signAwsRequest } from '../hooks/aws-request.ts';
import type { HandlerContext } from '../hooks/handler.ts';
import { md5 } from './md5.ts';
import { codeOf, deleteXml, parseDeleteErrors, parseS3Page, type S3Page } from './s3-xml.ts';

/** @property endpoint without a path, for example `https://s3.eu-central-1.amazonaws.com`. */
export type S3BucketOptions = {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly credentials: AwsCredentials;
};

/** A bucket of an S3-compatible store, addressed by path. */
export type S3Bucket = {
  /** One page of at most 1,000 keys. @throws Error when the store refuses, with the code it gives. */
  list(ctx: HandlerContext, prefix: string, from: string | null): Promise<S3Page>;
  /** Deletes at most 1,000 objects; ones that are not there count as deleted. Gives the codes of those that failed. */
  delete(ctx: HandlerContext, keys: readonly string[]): Promise<readonly string[]>;
};

/** A thousand keys of 1,024 bytes, each byte as three characters, and what stands around them. */
const MAX_ANSWER_BYTES = 8 * 1_048_576;
const SLOW_DOWN_MS = 5_000;

export function createS3Bucket({ endpoint, bucket, region, credentials }: S3BucketOptions): S3Bucket {
  const call = async (
    ctx: HandlerContext,
    request: { method: 'GET' | 'POST'; query: Record<string, string>; body?: string },
  ): Promise<string> => {
    const { method, query, body } = request;
    const signed = await signAwsRequest(
      {
        service: 's3',
        region,
        method,
        url: `${endpoint}/${bucket}?${queryText(query)}`,
        ...(body === undefined ? {} : { body, headers: bodyHeaders(body) }),
      },
      credentials,
      ctx.startedAt,
    );
    return readAnswer(await ctx.fetch(signed.url, { ...signed.init, throwOnStatus: false }));
  };
  return {
    list: async (ctx, prefix, from) => {
      const position = from === null ? {} : { 'continuation-token': from };
      const query = { 'list-type': '2', 'encoding-type': 'url', 'max-keys': '1000', prefix, ...position };
      return parseS3Page(await call(ctx, { method: 'GET', query }));
    },
    delete: async (ctx, keys) =>
      parseDeleteErrors(await call(ctx, { method: 'POST', query: { delete: '' }, body: deleteXml(keys) })),
  };
}

/** Percent-encoded throughout: a plus would be read as a plus by some, and as a blank by others. */
function queryText(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
}

function bodyHeaders(body: string): Record<string, string> {
  const digest = md5(new TextEncoder().encode(body));
  return { 'content-type': 'application/xml', 'content-md5': encodeBase64(digest) };
}

async function readAnswer(response: Response): Promise<string> {
  const read = await readBody(response.body, MAX_ANSWER_BYTES);
  if (read.kind === 'tooLarge') throw new Error(`the store's answer has more than ${MAX_ANSWER_BYTES} bytes`);
  const text = new TextDecoder().decode(read.bytes);
  // DeleteObjects can fail after its status was sent.
  const failed = response.status !== 200 || /^\s*(?:<\?xml[^<>]*>\s*)?<Error[\s>]/.test(text);
  if (!failed) return text;
  const message = `the store answered ${response.status}: ${codeOf(text)}`;
  if (response.status === 503 || codeOf(text) === 'SlowDown') throw new RetryLater(message, SLOW_DOWN_MS);
  throw new Error(message);
}
