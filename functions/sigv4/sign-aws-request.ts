import { AwsV4Signer } from 'aws4fetch';
import { sha256Hex } from '../../protocol/bytes/sha256.ts';

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
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
};

/** What `fetch` is called with. A redirect is answered rather than followed: its target would get the signature. */
type SignedAwsRequest = { readonly url: string; readonly init: RequestInit };

/**
 * The request with Signature Version 4 over all of its headers and its body.
 *
 * @param at the time of signing; services refuse one that is more than five (S3: fifteen) minutes off.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export async function signAwsRequest(
  { body, ...request }: AwsRequest,
  credentials: AwsCredentials,
  at: Date,
): Promise<SignedAwsRequest> {
  const signer = new AwsV4Signer({
    ...credentials,
    ...request,
    ...(body !== undefined && { body }),
    // Without it a signature for S3 does not cover the body.
    headers: { ...request.headers, 'x-amz-content-sha256': await sha256Hex(body ?? new Uint8Array()) },
    // Its own list leaves content-type out.
    allHeaders: true,
    datetime: at.toISOString().replace(/[:-]|\.\d{3}/g, ''),
  });
  const { url, method, headers } = await signer.sign();
  const init = { method, headers, redirect: 'manual' } as const;
  return { url: url.href, init: body === undefined ? init : { ...init, body } };
}
