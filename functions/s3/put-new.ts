import { encodeBase64 } from '../../protocol/bytes/base64.ts';
import { sha256Digest } from '../../protocol/bytes/sha256.ts';
import { callS3, type S3Bucket, type S3Exchange } from './call-s3.ts';

/** @property contentType as the store is to say it to those who read. */
type NewObject = {
  readonly key: string;
  readonly contentType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
};

/**
 * PutObject where there is none yet: `exists` when there is one of that key, which then stays as it is. With its
 * checksum, which buckets with Object Lock ask for.
 *
 * @throws S3Error when the store refuses.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export async function putNew(
  bucket: S3Bucket,
  exchange: S3Exchange,
  { key, contentType, bytes }: NewObject,
): Promise<'stored' | 'exists'> {
  const headers = {
    'content-type': contentType,
    'if-none-match': '*',
    'x-amz-sdk-checksum-algorithm': 'SHA256',
    'x-amz-checksum-sha256': encodeBase64(await sha256Digest(bytes)),
  };
  const request = { method: 'PUT', key, headers, body: bytes, accept: [412] } as const;
  const { status } = await callS3(bucket, exchange, request);
  return status === 412 ? 'exists' : 'stored';
}
