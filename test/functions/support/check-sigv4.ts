import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export type SignedRequest = {
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
};

export type Sigv4Expectation = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  readonly service: string;
};

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([\w;-]+), Signature=([\da-f]{64})$/;

/**
 * Recomputes a Signature Version 4 from a request as it arrived, with nothing but Node's crypto. Says what is wrong, or
 * null.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function sigv4Fault(request: SignedRequest, expected: Sigv4Expectation): string | null {
  const match = AUTHORIZATION.exec(String(request.headers.authorization));
  if (match === null) return 'no signature';
  const [, keyId, day = '', region, service, names = '', signature] = match;
  if (keyId !== expected.accessKeyId) return 'another access key';
  if (region !== expected.region || service !== expected.service) return 'another scope';
  const at = String(request.headers['x-amz-date']);
  if (!at.startsWith(day) || !/^\d{8}T\d{6}Z$/.test(at)) return 'another day';
  const bodyHash = sha256(request.body);
  const declared = request.headers['x-amz-content-sha256'];
  if (declared !== undefined && declared !== bodyHash) return 'another body';
  for (const needed of ['host', 'x-amz-date', ...(declared === undefined ? [] : ['x-amz-content-sha256'])]) {
    if (!names.split(';').includes(needed)) return `${needed} is not signed`;
  }
  const canonical = canonicalRequest(request, names.split(';'), bodyHash);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', at, scope, sha256(canonical)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(
    (previous, part) => createHmac('sha256', previous).update(String(part)).digest(),
    `AWS4${expected.secretAccessKey}`,
  );
  return createHmac('sha256', key).update(toSign).digest('hex') === signature ? null : 'another signature';
}

function canonicalRequest({ method, path, headers }: SignedRequest, names: string[], bodyHash: string) {
  const [pathname = '', query = ''] = path.split('?');
  const parameters = query === '' ? [] : query.split('&').map((one) => (one.includes('=') ? one : `${one}=`));
  return [
    method,
    pathname,
    parameters.sort().join('&'),
    ...names.map((name) => `${name}:${String(headers[name]).trim().replace(/\s+/g, ' ')}`),
    '',
    names.join(';'),
    bodyHash,
  ].join('\n');
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
