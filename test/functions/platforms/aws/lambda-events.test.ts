import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serialiseEvent } from '../../../../protocol/event/serialise-event.ts';
import { postStart } from '../../support/sample-events.ts';
import { signedHeaders } from '../../support/signed-post.ts';
import { apiGatewayEvent, functionUrlEvent } from './support/function-url-event.ts';
import { startLambdaBridge } from './support/start-on-lambda.ts';

type Shape = (event: APIGatewayProxyEventV2) => APIGatewayProxyEventV2;

let bridge: Awaited<ReturnType<typeof startLambdaBridge>>;
beforeAll(async () => {
  bridge = await startLambdaBridge({ registerHandlers: () => {} });
});
afterAll(() => bridge.close());

const plain: Shape = (event) => ({
  ...event,
  body: Buffer.from(event.body ?? '', 'base64').toString('utf8'),
  isBase64Encoded: false,
});
const asGiven: Shape = (event) => event;
/** What the types of AWS do not allow, but a test invocation by hand does. */
const broken =
  (fields: object): Shape =>
  (event) => ({ ...event, ...fields });

describe.each([
  { source: 'a Function URL', build: functionUrlEvent },
  { source: 'API Gateway v2', build: apiGatewayEvent },
])('an invocation by $source', ({ source, build }) => {
  const invoke = async (key: string, change: Shape = asGiven, more: Record<string, string> = {}) => {
    const event = postStart({ key: `${source} ${key}`, labels: { team: 'größe ✓' } });
    const body = serialiseEvent(event);
    const headers = { ...(await signedHeaders(event.id, body)), ...more };
    const answer = await bridge.receiver(change(build({ method: 'POST', target: '/events', headers, body })));
    return { id: event.id, status: answer.statusCode, body: JSON.parse(answer.body ?? '{}') };
  };

  it('hands the body over in base64, and it is accepted', async () => {
    const event = build({
      method: 'POST',
      target: '/events',
      headers: { 'content-type': 'application/cloudevents+json' },
      body: new TextEncoder().encode('{}'),
    });
    expect([event.isBase64Encoded, event.body]).toEqual([true, 'e30=']);
    const { id, status, body } = await invoke('base64');
    expect([status, body]).toEqual([202, { status: 'stored', id }]);
  });

  it('is accepted with a plain body, too, and known again in the other form', async () => {
    expect((await invoke('plain', plain)).status).toBe(202);
    expect(await invoke('plain', asGiven)).toMatchObject({ status: 200, body: { status: 'duplicate' } });
  });

  it.each<[string, Shape]>([
    ['the flag is set and the body is plain', (event) => ({ ...plain(event), isBase64Encoded: true })],
    ['the flag is not set and the body is base64', broken({ isBase64Encoded: false })],
    ['the flag is missing and the body is base64', broken({ isBase64Encoded: undefined })],
    ['the flag is text', broken({ isBase64Encoded: 'true' })],
    ['base64 lacks its padding', broken({ body: 'e30' })],
    [
      'base64 has a line break',
      (event) => ({ ...event, body: `${event.body?.slice(0, 76)}\n${event.body?.slice(76)}` }),
    ],
    ['the body is an object', broken({ body: { specversion: '1.0' } })],
    ['the body is a number', broken({ body: 1, isBase64Encoded: false })],
  ])('is refused with 400 when %s', async (name, change) => {
    const { status, body } = await invoke(name, change);
    expect({ status, ...body }).toEqual({
      status: 400,
      error: 'bad_encoding',
      message: expect.stringMatching(/body|isBase64Encoded/),
    });
  });

  it.each<[string, Shape]>([
    ['null', broken({ body: null, isBase64Encoded: false })],
    ['absent', broken({ body: undefined, isBase64Encoded: false })],
    ['empty', broken({ body: '', isBase64Encoded: false })],
  ])('is refused as an empty body when the body is %s', async (name, change) => {
    expect(await invoke(name, change)).toMatchObject({ status: 400, body: { error: 'empty_body' } });
  });

  it('is refused when one bit of the body differs', async () => {
    const flipped: Shape = (event) => {
      const bytes = Buffer.from(event.body ?? '', 'base64');
      bytes[100] = (bytes[100] ?? 0) ^ 1;
      return { ...event, body: bytes.toString('base64') };
    };
    expect(await invoke('flipped', flipped)).toMatchObject({ status: 401, body: { error: 'bad_signature' } });
  });

  it('refuses what would not fit an entry of the bus, before it reads the signature', async () => {
    const large: Shape = (event) => ({ ...event, body: Buffer.alloc(80_001, 32).toString('base64') });
    expect(await invoke('large', large)).toMatchObject({ status: 413, body: { error: 'body_too_large' } });
  });

  it('answers questions without a body', async () => {
    const answer = await bridge.receiver(build({ method: 'GET', target: '/healthz?x=1', headers: {} }));
    expect([answer.statusCode, JSON.parse(answer.body ?? '')]).toMatchObject([200, { status: 'ok' }]);
  });
});
