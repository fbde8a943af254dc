import { encodeBase64 } from '../../protocol/bytes/base64.ts';
import { callS3, readXml, type S3Bucket, type S3Exchange } from './call-s3.ts';
import { md5 } from './md5.ts';
import { deleteXml, parseDeleteErrors } from './s3-xml.ts';

/**
 * DeleteObjects: deletes at most 1,000 objects; ones that are not there count as deleted.
 *
 * @returns the codes of those that failed, one an object.
 * @throws S3Error when the store refuses, Error when its answer is something else.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
 */
export async function deleteMany(
  bucket: S3Bucket,
  exchange: S3Exchange,
  keys: readonly string[],
): Promise<readonly string[]> {
  const body = new TextEncoder().encode(deleteXml(keys));
  const headers = { 'content-type': 'application/xml', 'content-md5': encodeBase64(md5(body)) };
  const request = { method: 'POST', query: { delete: '' }, headers, body } as const;
  return parseDeleteErrors(readXml(await callS3(bucket, exchange, request)));
}
