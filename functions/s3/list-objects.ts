import { callS3, readXml, type S3Bucket, type S3Exchange } from './call-s3.ts';
import { MOST_S3_KEYS, parseS3Page, type S3Page } from './s3-xml.ts';

/**
 * One page of the keys that begin with a prefix, in their order.
 *
 * @property from where it begins, as the page before said; null for the first one.
 */
export type S3Listing = { readonly prefix: string; readonly from: string | null };

/**
 * ListObjectsV2, at most 1,000 keys.
 *
 * @throws S3Error when the store refuses, Error when its answer is no listing.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export async function listObjects(
  bucket: S3Bucket,
  exchange: S3Exchange,
  { prefix, from }: S3Listing,
): Promise<S3Page> {
  const position = from === null ? {} : { 'continuation-token': from };
  const most = String(MOST_S3_KEYS);
  const query = { 'list-type': '2', 'encoding-type': 'url', 'max-keys': most, prefix, ...position };
  return parseS3Page(readXml(await callS3(bucket, exchange, { method: 'GET', query })));
}
