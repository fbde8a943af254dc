import { describe, expect, it } from 'vitest';
import { callS3, type S3Bucket } from '../../../functions/s3/call-s3.ts';
import { listObjects } from '../../../functions/s3/list-objects.ts';
import { putNew } from '../../../functions/s3/put-new.ts';
import { respond, startReceiver } from '../../support/receiver.ts';
import { sigv4Fault } from '../support/check-sigv4.ts';
import { S3_CREDENTIALS, S3_REGION } from '../support/fake-s3.ts';

const AT = new Date('2026-11-22T14:24:02.000Z');

async function setUp() {
  const store = await startReceiver();
  const url = `${new URL(store.url).origin}/bucket/`;
  const bucket: S3Bucket = { url, region: S3_REGION, credentials: async () => S3_CREDENTIALS };
  return { store, bucket, exchange: { fetch, at: AT } };
}

describe('a request to a bucket', () => {
  it('names the object byte for byte, and is signed over all it sends', async () => {
    const { store, bucket, exchange } = await setUp();
    store.answer(200);
    const bytes = new TextEncoder().encode('{}');
    const object = { key: 'a b/ü+%/c.json', contentType: 'application/json', bytes };
    expect(await putNew(bucket, exchange, object)).toBe('stored');
    const [request] = store.requests;
    if (request === undefined) throw new Error('no request came');
    expect(request.path).toBe('/bucket/a%20b/%C3%BC%2B%25/c.json');
    const scope = { ...S3_CREDENTIALS, region: S3_REGION, service: 's3' };
    expect(sigv4Fault(request, scope)).toBeNull();
    expect(request.headers.authorization).toMatch(
      /SignedHeaders=content-type;.*if-none-match;.*x-amz-checksum/,
    );
    expect(request.headers['x-amz-date']).toBe('20261122T142402Z');
  });

  it('overwrites nothing', async () => {
    const { store, bucket, exchange } = await setUp();
    store.answer(respond(412, {}, '<Error><Code>PreconditionFailed</Code></Error>'));
    const object = { key: 'a', contentType: 'application/json', bytes: new Uint8Array() };
    expect(await putNew(bucket, exchange, object)).toBe('exists');
  });

  it.each<[string, number, Record<string, string>, string, number, string]>([
    ['a refusal', 403, {}, '<Error><Code>AccessDenied</Code></Error>', 0, '403: AccessDenied'],
    ['503', 503, {}, '', 5_000, '503: no code'],
    ['SlowDown', 400, {}, '<Error><Code>SlowDown</Code></Error>', 5_000, '400: SlowDown'],
    ['SlowDown after its 200', 200, {}, '<Error><Code>SlowDown</Code></Error>', 5_000, '200: SlowDown'],
    ['Retry-After', 503, { 'retry-after': '90' }, '', 90_000, '503: no code'],
    ['a date', 429, { 'retry-after': 'Sun, 22 Nov 2026 14:25:02 GMT' }, '', 60_000, '429: no code'],
    ['what quotes a key', 500, {}, '<Error><Code>key hunter2</Code></Error>', 0, '500: no code'],
  ])('fails with when to come back: %s', async (_, status, headers, body, afterMs, said) => {
    const { store, bucket, exchange } = await setUp();
    store.answer(respond(status, headers, body));
    await expect(listObjects(bucket, exchange, { prefix: 'a/', from: null })).rejects.toMatchObject({
      name: 'S3Error',
      message: `the store answered ${said}`,
      status,
      afterMs,
    });
  });

  it('reads no more than an answer can have', async () => {
    const { bucket } = await setUp();
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1_048_576)),
    });
    const exchange = { fetch: async () => new Response(endless), at: AT };
    await expect(callS3(bucket, exchange, { method: 'GET', key: 'a' })).rejects.toThrow(
      /^the store's answer has more than 8388608 bytes$/,
    );
  });
});
