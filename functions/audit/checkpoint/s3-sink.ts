import { AwsClient } from 'aws4fetch';
import { readBody } from '../../../protocol/read-body.ts';
import { checkpointKey, positionOfKey, streamFolder } from './checkpoint-key.ts';
import type { CheckpointSink } from './checkpoint-sink.ts';

/**
 * @property bucketUrl of the bucket itself: `https://<bucket>.s3.<region>.amazonaws.com`, or `https://<host>/<bucket>`.
 * @property prefix of all keys, for example `checkpoints/`: letters, digits, `-`, `_`, `.` and `/`. @default ''
 * @property credentials read for every request, because those of a role change.
 * @property timeoutMs for one request. @default 15000
 */
export type S3SinkOptions = {
  readonly bucketUrl: string;
  readonly region: string;
  readonly prefix?: string;
  readonly credentials: () => Promise<S3Credentials>;
  readonly fetch: (request: Request) => Promise<Response>;
  readonly timeoutMs?: number;
};

export type S3Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

type Answer = { readonly status: number; readonly bytes: Uint8Array<ArrayBuffer> };

/** A page of a listing has at most 1,000 keys of at most 1,024 bytes, and their attributes. */
const MOST_ANSWER_BYTES = 4 * 1024 * 1024;
/** A thousand keys each: more checkpoints than a century of hourly ones. */
const MOST_PAGES = 1_000;
/** With the hash of no body, so that the signature says that there is none. */
const GET: RequestInit = {
  method: 'GET',
  headers: {
    'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  },
};

/**
 * Checkpoints in a bucket that speaks the S3 protocol. Nothing is overwritten (`if-none-match: *`); with Object Lock on
 * the bucket, nothing can be deleted either.
 *
 * @throws RangeError when the URL or the prefix is not usable.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function createS3Sink(options: S3SinkOptions): CheckpointSink {
  const { prefix = '' } = options;
  const base = readBucketUrl(options.bucketUrl);
  if (!/^[\w./-]{0,256}$/.test(prefix)) {
    throw new RangeError('the prefix of checkpoints may hold letters, digits, "-", "_", "." and "/" only');
  }

  const newestKey = async (stream: string): Promise<string | null> => {
    let newest: string | null = null;
    let token: string | null = null;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const query = new URLSearchParams({ 'list-type': '2', prefix: `${prefix}${streamFolder(stream)}/` });
      if (token !== null) query.set('continuation-token', token);
      const { status, bytes } = await call(options, `${base}?${query}`, GET);
      if (status !== 200) throw failure('cannot be listed', status);
      const text = new TextDecoder().decode(bytes);
      newest = elements(text, 'Key').findLast((key) => positionOfKey(key) !== null) ?? newest;
      token = elements(text, 'NextContinuationToken')[0] ?? null;
      if (token === null) return newest;
    }
    throw new Error(`the bucket holds more than ${MOST_PAGES} pages of checkpoints of one stream`);
  };

  return {
    async put(stream, position, bytes) {
      const url = `${base}${prefix}${checkpointKey(stream, position)}`;
      const { status } = await call(options, url, await putRequest(bytes));
      if (status === 200) return 'stored';
      if (status === 412) return 'exists';
      throw failure('does not take a checkpoint', status);
    },
    async latest(stream) {
      const key = await newestKey(stream);
      if (key === null) return null;
      const { status, bytes } = await call(options, `${base}${key}`, GET);
      if (status !== 200) throw failure('cannot be read', status);
      return { position: positionOfKey(key) ?? 0, bytes };
    },
  };
}

/** With its checksum, which buckets with Object Lock ask for. */
async function putRequest(bytes: Uint8Array<ArrayBuffer>) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return {
    method: 'PUT',
    body: bytes,
    headers: {
      'content-type': 'application/json',
      'if-none-match': '*',
      'x-amz-content-sha256': Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''),
      'x-amz-sdk-checksum-algorithm': 'SHA256',
      'x-amz-checksum-sha256': btoa(String.fromCharCode(...digest)),
    },
  };
}

async function call(options: S3SinkOptions, url: string, init: RequestInit): Promise<Answer> {
  const { region, credentials, fetch, timeoutMs = 15_000 } = options;
  const client = new AwsClient({ ...(await credentials()), service: 's3', region });
  const signed = await client.sign(url, init);
  const signal = AbortSignal.timeout(timeoutMs);
  const response = await fetch(new Request(signed, { signal, redirect: 'manual' }));
  const read = await readBody(response.body, MOST_ANSWER_BYTES);
  if (read.kind === 'tooLarge') throw new Error('the bucket of the checkpoints answers with too much');
  return { status: response.status, bytes: read.bytes };
}

/** The texts of an element; keys and tokens hold nothing that XML would have to escape, except `&` as `&amp;`. */
function elements(xml: string, name: string): string[] {
  const pattern = new RegExp(`<${name}>([^<]*)</${name}>`, 'g');
  return Array.from(xml.matchAll(pattern), ([, text = '']) => text.replaceAll('&amp;', '&'));
}

function readBucketUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '') {
    throw new RangeError('the URL of the bucket must be http(s), without a user and a query');
  }
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}

function failure(what: string, status: number): Error {
  return new Error(`the bucket of the checkpoints ${what}: HTTP ${status}`);
}
