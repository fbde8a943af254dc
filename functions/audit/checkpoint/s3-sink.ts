import type { Clock } from '../../../settings/ambient/clock.ts';
import { callS3, type S3Bucket, type S3Exchange } from '../../s3/call-s3.ts';
import { listObjects, type S3Listing } from '../../s3/list-objects.ts';
import { putNew } from '../../s3/put-new.ts';
import { S3Error } from '../../s3/s3-error.ts';
import type { AwsCredentials } from '../../sigv4/sign-aws-request.ts';
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
  readonly credentials: () => Promise<AwsCredentials>;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly clock: Clock;
  readonly timeoutMs?: number;
};

/** A thousand keys each: more checkpoints than a century of hourly ones. */
const MOST_PAGES = 1_000;
/**
 * Checkpoints in a bucket that speaks the S3 protocol. Nothing is overwritten (`if-none-match: *`); with Object Lock on
 * the bucket, nothing can be deleted either.
 *
 * @throws RangeError when the URL or the prefix is not usable.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function createS3Sink(options: S3SinkOptions): CheckpointSink {
  const { prefix = '', region, credentials, fetch, clock, timeoutMs = 15_000 } = options;
  const bucket: S3Bucket = { url: readBucketUrl(options.bucketUrl), region, credentials };
  if (!/^[\w./-]{0,256}$/.test(prefix)) {
    throw new RangeError('the prefix of checkpoints may hold letters, digits, "-", "_", "." and "/" only');
  }
  const exchange = (): S3Exchange => ({
    fetch: (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) }),
    at: new Date(clock.nowMs()),
  });

  const newestKey = async (stream: string): Promise<string | null> => {
    let newest: string | null = null;
    let from: string | null = null;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const listing: S3Listing = { prefix: `${prefix}${streamFolder(stream)}/`, from };
      const { keys, next } = await listObjects(bucket, exchange(), listing).catch(fail('cannot be listed'));
      newest = keys.findLast((key) => positionOfKey(key) !== null) ?? newest;
      from = next;
      if (from === null) return newest;
    }
    throw new Error(`the bucket holds more than ${MOST_PAGES} pages of checkpoints of one stream`);
  };

  return {
    put(stream, position, bytes) {
      const key = `${prefix}${checkpointKey(stream, position)}`;
      const object = { key, contentType: 'application/json', bytes };
      return putNew(bucket, exchange(), object).catch(fail('does not take a checkpoint'));
    },
    async latest(stream) {
      const key = await newestKey(stream);
      if (key === null) return null;
      const { bytes } = await callS3(bucket, exchange(), { method: 'GET', key }).catch(
        fail('cannot be read'),
      );
      return { position: positionOfKey(key) ?? 0, bytes };
    },
  };
}

function readBucketUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '') {
    throw new RangeError('the URL of the bucket must be http(s), without a user and a query');
  }
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}

/** Says of which bucket, and what was asked of it. */
function fail(what: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof S3Error)) throw error;
    throw new Error(`the bucket of the checkpoints ${what}: ${error.message}`, { cause: error });
  };
}
