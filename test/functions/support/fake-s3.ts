import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type ReceivedRequest, startReceiver } from '../../support/receiver.ts';
import { sigv4Fault } from './check-sigv4.ts';

export const S3_CREDENTIALS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};
export const S3_REGION = 'eu-central-1';

/** Called before a request is answered; an answer of its own ends it. */
export type S3Interruption = (request: ReceivedRequest, response: ServerResponse) => boolean;

/**
 * ListObjectsV2 and DeleteObjects of one bucket over HTTP, as S3 documents them: the signature recomputed, the body's
 * checksum required and compared, pages of `pageSize`, at most 1,000 keys a deletion, errors by key.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
 */
export async function startS3(bucket: string, { pageSize = 1_000 } = {}) {
  const objects = new Set<string>();
  const undeletable = new Map<string, string>();
  const calls: string[] = [];
  const server = await startReceiver();
  let interrupt: S3Interruption = () => false;

  server.answer((response, request) => {
    if (interrupt(request, response)) return;
    const fault = refusal(request, bucket);
    if (fault !== null) return error(response, ...fault);
    const query = new URL(request.path, server.url).searchParams;
    if (request.method === 'GET' && query.get('list-type') === '2') {
      calls.push('list');
      return send(response, 200, listing(objects, query, pageSize));
    }
    if (request.method === 'POST' && query.has('delete')) {
      const keys = keysToDelete(request.body.toString());
      calls.push(`delete ${keys.length}`);
      if (keys.length === 0 || keys.length > 1_000) return error(response, 400, 'MalformedXML');
      return send(response, 200, deletion(objects, undeletable, keys));
    }
    error(response, 501, 'NotImplemented');
  });
  return {
    endpoint: new URL(server.url).origin,
    requests: server.requests,
    received: server.received,
    objects,
    undeletable,
    calls,
    interrupt: (next: S3Interruption) => {
      interrupt = next;
    },
  };
}

function refusal(request: ReceivedRequest, bucket: string): [number, string] | null {
  const scope = { ...S3_CREDENTIALS, region: S3_REGION, service: 's3' };
  const fault = sigv4Fault(request, scope);
  if (fault !== null)
    return [403, fault === 'another access key' ? 'InvalidAccessKeyId' : 'SignatureDoesNotMatch'];
  if (request.headers['x-amz-content-sha256'] === undefined) return [400, 'MissingContentSHA256'];
  if (!request.path.startsWith(`/${bucket}/?`)) return [404, 'NoSuchBucket'];
  if (request.method !== 'POST') return null;
  const md5 = createHash('md5').update(request.body).digest('base64');
  return request.headers['content-md5'] === md5 ? null : [400, 'BadDigest'];
}

function listing(objects: ReadonlySet<string>, query: URLSearchParams, pageSize: number): string {
  const prefix = query.get('prefix') ?? '';
  const after = Buffer.from(query.get('continuation-token') ?? '', 'base64').toString();
  const all = [...objects].filter((key) => key.startsWith(prefix) && key > after).sort();
  const limit = Math.min(pageSize, Number(query.get('max-keys') ?? 1_000));
  const page = all.slice(0, limit);
  const encoded = query.get('encoding-type') === 'url';
  const write = encoded ? (key: string) => new URLSearchParams([['', key]]).toString().slice(1) : escapeXml;
  const contents = page.map(
    (key) =>
      `<Contents><Key>${write(key)}</Key><ETag>&quot;${'0'.repeat(32)}&quot;</ETag><Size>1</Size></Contents>`,
  );
  const next = Buffer.from(page.at(-1) ?? '').toString('base64');
  const more = all.length > page.length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
    `<Prefix>${write(prefix)}</Prefix><KeyCount>${page.length}</KeyCount><MaxKeys>${limit}</MaxKeys>`,
    ...(encoded ? ['<EncodingType>url</EncodingType>'] : []),
    `<IsTruncated>${more}</IsTruncated>`,
    ...(more ? [`<NextContinuationToken>${next}</NextContinuationToken>`] : []),
    ...contents,
    '</ListBucketResult>',
  ].join('');
}

function deletion(
  objects: Set<string>,
  undeletable: ReadonlyMap<string, string>,
  keys: readonly string[],
): string {
  const errors = keys.flatMap((key) => {
    const code = undeletable.get(key);
    if (code === undefined) objects.delete(key);
    if (code === undefined) return [];
    return [
      `<Error><Key>${escapeXml(key)}</Key><Code>${code}</Code><Message>secret detail</Message></Error>`,
    ];
  });
  const head =
    '<?xml version="1.0" encoding="UTF-8"?>\n<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
  return errors.length === 0 ? `${head}/>` : `${head}>${errors.join('')}</DeleteResult>`;
}

/** A strict reader: anything but the documented elements is refused. */
function keysToDelete(xml: string): string[] {
  const shape =
    /^<\?xml version="1\.0" encoding="UTF-8"\?><Delete xmlns="http:\/\/s3\.amazonaws\.com\/doc\/2006-03-01\/">((?:<Object><Key>[^<>]*<\/Key><\/Object>)*)<Quiet>true<\/Quiet><\/Delete>$/;
  // As every XML parser does; a line end in a key must come as a reference.
  const inner = shape.exec(xml.replace(/\r\n?/g, '\n'))?.[1] ?? '';
  return [...inner.matchAll(/<Key>([^<>]*)<\/Key>/g)].map(([, key = '']) =>
    key
      .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&'),
  );
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll("'", '&#39;');
}

function send(response: ServerResponse, status: number, xml: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' }).end(xml);
}

function error(response: ServerResponse, status: number, code: string): void {
  send(
    response,
    status,
    `<?xml version="1.0"?><Error><Code>${code}</Code><Message>secret detail</Message></Error>`,
  );
}
