import { AwsV4Signer } from 'aws4fetch';
import { sha256Hex } from '../../protocol/bytes/sha256.ts';
import { parseHttpUrl } from './http-url.ts';

/** @property sessionToken of temporary credentials. */
export type AwsCredentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

/**
 * A request to an AWS service, or to one that speaks its protocol.
 *
 * @property service as it stands in the signature, for example `s3`.
 * @property headers all of them are signed.
 */
export type AwsRequest = {
  readonly service: string;
  readonly region: string;
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

const REGION = /^[a-z0-9-]{1,40}$/;
const CREDENTIAL = /^[\x21-\x7e]{1,4096}$/;

/**
 * The request with Signature Version 4 over all of its headers and its body.
 *
 * @param at the time of signing; services refuse one that is more than five (S3: fifteen) minutes off.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export async function signAwsRequest(
  request: AwsRequest,
  credentials: AwsCredentials,
  at: Date,
): Promise<{ readonly url: string; readonly init: RequestInit }> {
  const body = new TextEncoder().encode(request.body ?? '');
  const signer = new AwsV4Signer({
    ...credentials,
    ...request,
    // Without it a signature for S3 does not cover the body.
    headers: { ...request.headers, 'x-amz-content-sha256': await sha256Hex(body) },
    // Its own list leaves content-type out.
    allHeaders: true,
    datetime: at.toISOString().replace(/[:-]|\.\d{3}/g, ''),
  });
  const { url, method, headers } = await signer.sign();
  const init = { method, headers, redirect: 'manual' } as const;
  return { url: url.href, init: request.method === 'GET' ? init : { ...init, body } };
}

/**
 * A key or token that can stand in a header: the platform's own message about one that cannot would quote it.
 *
 * @throws TypeError naming it, without its value.
 */
export function checkCredential(name: string, value: unknown): string {
  if (typeof value === 'string' && CREDENTIAL.test(value)) return value;
  throw new TypeError(`${name} must be set, and have no white space in it`);
}

/** @throws TypeError when it cannot be a region: it becomes part of a host name. */
export function checkRegion(name: string, region: string): string {
  if (typeof region === 'string' && REGION.test(region)) return region;
  throw new TypeError(`${name} must be the name of a region, for example eu-central-1, or auto`);
}

/** An endpoint without a path, so that one can be put after it. @throws TypeError when it is faulty. */
export function checkEndpoint(name: string, endpoint: string): string {
  const url = new URL(parseHttpUrl(name, endpoint));
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw new TypeError(`${name} must end after the host and port`);
  }
  return url.origin;
}
