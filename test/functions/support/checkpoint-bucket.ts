import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { sigv4Fault } from './check-sigv4.ts';

export const S3_CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG' };
export const S3_REGION = 'eu-central-1';

type Answer = { readonly status: number; readonly body?: string | Buffer };

/**
 * The part of S3 that checkpoints use, over HTTP, as its documentation says: a bucket at `/bucket/`, PutObject with
 * `If-None-Match: *`, GetObject, ListObjectsV2 in pages of two. Every request must bear a right Signature Version 4.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export async function startCheckpointBucket() {
  const objects = new Map<string, Buffer>();
  const requests: string[] = [];
  let failWith: number | null = null;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    requests.push(`${request.method} ${request.url}`);
    const fault = failWith === null ? signatureFault(request, body) : null;
    const answer = failWith !== null ? { status: failWith } : (fault ?? answerTo(objects, request, body));
    response.writeHead(answer.status, { 'content-type': 'application/xml' }).end(answer.body ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return {
    bucketUrl: `http://127.0.0.1:${port}/bucket`,
    objects,
    requests,
    failWith: (status: number | null) => {
      failWith = status;
    },
  };
}

function answerTo(objects: Map<string, Buffer>, request: IncomingMessage, body: Buffer): Answer {
  const url = new URL(request.url ?? '', 'http://s3');
  if (!url.pathname.startsWith('/bucket/')) return { status: 404, body: error('NoSuchBucket') };
  const key = decodeURIComponent(url.pathname.slice('/bucket/'.length));
  if (request.method === 'PUT') return put(objects, key, request, body);
  if (key === '' && url.searchParams.get('list-type') === '2') return list(objects, url.searchParams);
  const object = objects.get(key);
  return object === undefined ? { status: 404, body: error('NoSuchKey') } : { status: 200, body: object };
}

function put(objects: Map<string, Buffer>, key: string, { headers }: IncomingMessage, body: Buffer): Answer {
  const checksum = createHash('sha256').update(body).digest('base64');
  // As a bucket with Object Lock answers.
  if (headers['x-amz-checksum-sha256'] !== checksum) return { status: 400, body: error('BadDigest') };
  if (headers['if-none-match'] !== '*') return { status: 501, body: error('NotImplemented') };
  if (objects.has(key)) return { status: 412, body: error('PreconditionFailed') };
  objects.set(key, body);
  return { status: 200 };
}

function list(objects: ReadonlyMap<string, Buffer>, query: URLSearchParams): Answer {
  const token = query.get('continuation-token') ?? '';
  const keys = [...objects.keys()].filter((key) => key.startsWith(query.get('prefix') ?? '')).sort();
  const rest = keys.filter((key) => `after&${key}` > token);
  const page = rest.slice(0, 2);
  const next = rest.length > 2 ? `<NextContinuationToken>after&amp;${page[1]}</NextContinuationToken>` : '';
  const contents = page.map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`).join('');
  return {
    status: 200,
    body: `<?xml version="1.0"?><ListBucketResult><IsTruncated>${rest.length > 2}</IsTruncated>${next}${contents}</ListBucketResult>`,
  };
}

/** null when the signature is right, and covers the body. */
function signatureFault(
  { method = '', url: path = '', headers }: IncomingMessage,
  body: Buffer,
): Answer | null {
  const expected = { ...S3_CREDENTIALS, region: S3_REGION, service: 's3' };
  if (sigv4Fault({ method, path, headers, body }, expected) !== null)
    return { status: 403, body: error('AccessDenied') };
  const isCovered = method !== 'PUT' || headers['x-amz-content-sha256'] !== undefined;
  return isCovered ? null : { status: 400, body: error('MissingSecurityHeader') };
}

function error(code: string): string {
  return `<Error><Code>${code}</Code></Error>`;
}
