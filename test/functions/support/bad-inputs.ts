import { gzipSync } from 'node:zlib';
import { serialiseEvent } from '../../../protocol/event/serialise-event.ts';
import { createSigner } from '../../../protocol/signature/sign.ts';
import type { PlainRequest } from '../platforms/aws/support/function-url-event.ts';
import { postStart, preStop, sampleId } from './sample-events.ts';
import { SECRET, signedHeaders } from './signed-post.ts';

/** In every body; must come back nowhere. */
export const CANARY = 'canary-3f1c';
const REFUSED = postStart({ key: 'refused', labels: { canary: CANARY } });
const REFUSED_ID = REFUSED.id;

/**
 * @property number in the list of bad input (`reliability.md`, section 2).
 * @property message what the answer's message must say beside the code.
 * @property path where in the event the fault is, for 422.
 * @property bytes the body is no text, which not every door can carry.
 */
export type BadInput = {
  readonly number: number;
  readonly name: string;
  readonly status: number;
  readonly error: string;
  readonly message?: RegExp;
  readonly path?: string;
  readonly bytes?: true;
  /** @param limitBytes the largest body that is read. */
  readonly request: (limitBytes: number) => Promise<PlainRequest>;
};

type Headers = Readonly<Record<string, string>>;
type Changes = {
  readonly id?: string;
  readonly body?: Uint8Array<ArrayBuffer>;
  readonly signedAtMs?: number;
  /** After signing. */
  readonly headers?: (headers: Headers) => Headers;
  readonly sentBody?: (body: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;
};

const encode = (text: string) => new TextEncoder().encode(text);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const eventBody = () => serialiseEvent(REFUSED);

/** A well-signed delivery of an event, but for the changes. */
async function post(changes: Changes = {}): Promise<PlainRequest> {
  const { id = REFUSED_ID, body = eventBody(), signedAtMs = 0 } = changes;
  const signed = await signedHeaders(id, body, Date.now() + signedAtMs);
  const headers = changes.headers?.(signed) ?? signed;
  return { method: 'POST', target: '/events', headers, body: changes.sentBody?.(body) ?? body };
}

const without = (name: string) => (headers: Headers) =>
  Object.fromEntries(Object.entries(headers).filter(([other]) => other !== name));
const withHeader = (name: string, value: string) => (headers: Headers) => ({ ...headers, [name]: value });
const edited = (edit: (event: Record<string, unknown>) => unknown) =>
  encode(JSON.stringify(edit({ ...REFUSED })));

const idCase = (name: string, id: string, error = 'bad_id'): BadInput => ({
  number: 2,
  name,
  status: 400,
  error,
  request: () => post({ headers: withHeader('webhook-id', id) }),
});

const timestampCase = (name: string, timestamp: string): BadInput => ({
  number: 3,
  name: `the timestamp ${name}`,
  status: 400,
  error: 'bad_timestamp',
  request: () => post({ headers: withHeader('webhook-timestamp', timestamp) }),
});

const signatureCase = (name: string, signature: string, error = 'bad_signature'): BadInput => ({
  number: error === 'bad_signature' ? 7 : 6,
  name,
  status: 401,
  error,
  request: () => post({ headers: withHeader('webhook-signature', signature) }),
});

/** Signed, and its content is not acceptable. */
const contentCase = (
  number: number,
  name: string,
  {
    status = 400,
    error,
    body,
    path,
  }: { status?: number; error: string; body: Uint8Array<ArrayBuffer>; path?: string },
): BadInput => ({
  number,
  name,
  status,
  error,
  request: () => post({ body }),
  ...(path === undefined ? {} : { path, message: new RegExp(path.replace('.', '\\.')) }),
});

const typeCase = (name: string, header: Headers, error = 'unsupported_media_type'): BadInput => ({
  number: 21,
  name,
  status: 415,
  error,
  request: () => post({ headers: (headers) => ({ ...headers, ...header }) }),
});

const wrong = (version: string) => `${version},${'A'.repeat(43)}=`;

const HEADERS: readonly BadInput[] = [
  {
    number: 1,
    name: 'no webhook-id',
    status: 400,
    error: 'missing_header',
    message: /webhook-id/,
    request: () => post({ headers: without('webhook-id') }),
  },
  {
    number: 1,
    name: 'no webhook-timestamp',
    status: 400,
    error: 'missing_header',
    message: /webhook-timestamp/,
    request: () => post({ headers: without('webhook-timestamp') }),
  },
  idCase('an id with a dot', 'evt_a.b'),
  idCase('an id with a space', 'evt_a b'),
  idCase('an id of 129 characters', 'a'.repeat(129)),
  idCase('two ids', `${REFUSED_ID}, ${REFUSED_ID}`, 'duplicate_header'),
  timestampCase('in letters', 'abc'),
  timestampCase('with letters behind it', '1700000000abc'),
  timestampCase('with an exponent', '17e8'),
  timestampCase('below zero', '-1700000000'),
  timestampCase('with a sign', '+1700000000'),
  timestampCase('with a fraction', '1700000000.0'),
  timestampCase('in hexadecimal', '0x6553f100'),
  timestampCase('with a leading zero', '01700000000'),
  timestampCase('of 13 digits, which are milliseconds', '1700000000000'),
  {
    number: 4,
    name: 'a timestamp six minutes old',
    status: 400,
    error: 'timestamp_too_old',
    message: /is 36\d s behind/,
    request: () => post({ signedAtMs: -360_000 }),
  },
  {
    number: 4,
    name: 'a timestamp six minutes ahead',
    status: 400,
    error: 'timestamp_too_new',
    message: /is 3[56]\d s ahead/,
    request: () => post({ signedAtMs: 360_000 }),
  },
];

const SIGNATURES: readonly BadInput[] = [
  {
    number: 5,
    name: 'no signature',
    status: 401,
    error: 'missing_header',
    message: /webhook-signature/,
    request: () => post({ headers: without('webhook-signature') }),
  },
  signatureCase(
    'signatures of unknown versions only',
    `${wrong('v9')} ${wrong('v2')}`,
    'no_supported_signature',
  ),
  signatureCase('a signature with too few bytes', 'v1,QUFBQQ=='),
  signatureCase('a signature with too many bytes', `v1,${'A'.repeat(1_000)}`),
  signatureCase('a signature that is not base64', 'v1,***'),
  signatureCase('a signature without its second half', 'v1'),
  {
    number: 8,
    name: 'eleven signatures, the right one among them',
    status: 400,
    error: 'too_many_signatures',
    message: /holds 11/,
    request: () =>
      post({
        headers: (headers) => ({
          ...headers,
          'webhook-signature': [headers['webhook-signature'], ...Array(10).fill(wrong('v1'))].join(' '),
        }),
      }),
  },
  {
    number: 9,
    name: 'the right signature and a body that was serialised anew',
    status: 401,
    error: 'bad_signature',
    message: /raw bytes/,
    request: () => post({ sentBody: (body) => encode(JSON.stringify(JSON.parse(text(body)), null, 1)) }),
  },
  {
    number: 10,
    name: 'a body with one bit flipped',
    status: 401,
    error: 'bad_signature',
    request: () => post({ sentBody: (body) => body.map((byte, index) => (index === 100 ? byte ^ 1 : byte)) }),
  },
  {
    number: 11,
    name: 'a piece of the body moved into the id',
    status: 400,
    error: 'bad_id',
    request: () => shifted(),
  },
  {
    number: 11,
    name: 'a dot moved from the body into the timestamp',
    status: 400,
    error: 'bad_timestamp',
    request: () =>
      post({
        body: encode(`.${text(eventBody())}`),
        sentBody: (body) => body.slice(1),
        headers: (headers) => ({ ...headers, 'webhook-timestamp': `${headers['webhook-timestamp']}.` }),
      }),
  },
  {
    number: 11,
    name: 'a dot taken from the front of the body',
    status: 401,
    error: 'bad_signature',
    request: () => post({ body: encode(`.${text(eventBody())}`), sentBody: (body) => body.slice(1) }),
  },
];

/** `id.t.body` with `body` = `t.{…}` has the same signed content as the id `id.t` with the body `{…}`. */
async function shifted(): Promise<PlainRequest> {
  const timestampSeconds = Math.floor(Date.now() / 1_000);
  const body = encode(`${timestampSeconds}.${text(eventBody())}`);
  const signature = await (await createSigner([SECRET])).sign({ id: REFUSED_ID, timestampSeconds, body });
  return post({
    headers: (headers) => ({
      ...headers,
      'webhook-id': `${REFUSED_ID}.${timestampSeconds}`,
      'webhook-timestamp': String(timestampSeconds),
      'webhook-signature': signature,
    }),
  });
}

const BODIES: readonly BadInput[] = [
  {
    number: 12,
    name: 'signed bytes that are not UTF-8',
    status: 400,
    error: 'invalid_utf8',
    bytes: true,
    request: () => post({ body: new Uint8Array([0x7b, 0xff, 0x7d]) }),
  },
  contentCase(13, 'an empty body', { error: 'empty_body', body: encode('') }),
  {
    number: 14,
    name: 'one byte above the limit',
    status: 413,
    error: 'body_too_large',
    request: (limitBytes) => post({ body: new Uint8Array(limitBytes + 1).fill(0x20) }),
  },
  contentCase(15, 'signed text that is not JSON', { error: 'not_json', body: encode(`{"id": ${CANARY}`) }),
  contentCase(15, 'a second value behind the first', { error: 'not_json', body: encode('{} {}') }),
  contentCase(16, 'an event without a type', {
    status: 422,
    error: 'unreadable_event',
    path: 'type',
    body: edited(({ type: _, ...rest }) => rest),
  }),
  contentCase(16, 'specversion 0.3', {
    status: 422,
    error: 'unreadable_event',
    path: 'specversion',
    body: edited((event) => ({ ...event, specversion: '0.3' })),
  }),
  contentCase(16, 'an event with a broken field', {
    status: 422,
    error: 'unreadable_event',
    path: 'data.observation',
    body: edited((event) => ({ ...event, data: { ...(event.data as object), observation: CANARY } })),
  }),
  contentCase(16, 'a list', { status: 422, error: 'unreadable_event', body: edited((event) => [event]) }),
  contentCase(17, 'an event with another id than the header', {
    status: 422,
    error: 'unreadable_event',
    path: 'id',
    body: serialiseEvent(postStart({ key: 'another', labels: { canary: CANARY } })),
  }),
  contentCase(20, 'a key __proto__', {
    error: 'forbidden_key',
    body: encode(text(eventBody()).replace('{', `{"__proto__":{"admin":"${CANARY}"},`)),
  }),
  contentCase(20, 'the same key twice', {
    error: 'duplicate_key',
    body: encode(text(eventBody()).replace('{', '{"id":"evt_other",')),
  }),
  contentCase(20, 'a depth of 1,000', {
    error: 'too_deep',
    body: encode(text(eventBody()).replace('{', `{"deep":${'['.repeat(1_000)}${']'.repeat(1_000)},`)),
  }),
];

const TYPES: readonly BadInput[] = [
  {
    number: 21,
    name: 'GET',
    status: 405,
    error: 'method_not_allowed',
    request: async () => ({ method: 'GET', target: '/events', headers: {} }),
  },
  typeCase('text/plain', { 'content-type': 'text/plain' }),
  typeCase('plain JSON', { 'content-type': 'application/json' }),
  typeCase('a body that says it is compressed', { 'content-encoding': 'gzip' }, 'unsupported_encoding'),
  {
    number: 21,
    name: 'a gzip bomb',
    status: 415,
    error: 'unsupported_encoding',
    bytes: true,
    request: () =>
      post({
        body: new Uint8Array(gzipSync(Buffer.alloc(20_000_000, 0x20))),
        headers: withHeader('content-encoding', 'gzip'),
      }),
  },
];

/** Every refusal of the list that one request can show. */
export const BAD_INPUTS: readonly BadInput[] = [...HEADERS, ...SIGNATURES, ...BODIES, ...TYPES];

/** A delivery as it should be, of an event of its own. */
export function goodInput(
  key: string,
  more: Headers = {},
  body?: Uint8Array<ArrayBuffer>,
): Promise<PlainRequest> {
  const own = body ?? serialiseEvent(preStop({ key, labels: { canary: CANARY } }));
  return post({ id: sampleId(key), body: own, headers: (headers) => ({ ...headers, ...more }) });
}
