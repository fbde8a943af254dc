import {
  ED25519_PUBLIC,
  ED25519_SECRET,
  ed25519Signature,
  HMAC_SECRET,
  hmacSignature,
  OTHER_HMAC_SECRET,
  PUBLIC_VECTORS,
} from './vectors.ts';

/**
 * Deliveries and what the verifier must say of them: the good ones, and for each rejection a good one with one
 * thing changed. Plain data, so that the same table runs on Node and on workerd.
 */
export type Delivery = {
  readonly name: string;
  readonly keys: readonly string[];
  readonly toleranceSeconds?: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  readonly nowMs: number;
  readonly expected: Readonly<Record<string, unknown>>;
};

type Request = { readonly id: string; readonly timestamp: string; readonly signature: string };
type Changes = Partial<Omit<Delivery, 'name' | 'expected' | 'headers'>> & {
  readonly request?: Partial<Request>;
  readonly omit?: string;
  readonly add?: readonly [name: string, value: string];
};

const NOW_SECONDS = 1_763_800_000;
const NOW = String(NOW_SECONDS);
const ID = 'evt_abc';
const BODY = '{"specversion":"1.0","n":1}';
const utf8 = new TextEncoder();
const good: Request = {
  id: ID,
  timestamp: NOW,
  signature: hmacSignature(HMAC_SECRET, `${ID}.${NOW}.${BODY}`),
};

export const VERIFIED = {
  kind: 'verified',
  id: ID,
  timestampSeconds: NOW_SECONDS,
  version: 'v1',
  keyIndex: 0,
} as const;

function delivery(name: string, expected: Delivery['expected'], changes: Changes = {}): Delivery {
  const { request, omit, add, ...rest } = changes;
  const { id, timestamp, signature } = { ...good, ...request };
  const all: Delivery['headers'] = [
    ['webhook-id', id],
    ['webhook-timestamp', timestamp],
    ['webhook-signature', signature],
  ];
  const headers = [...all.filter(([header]) => header !== omit), ...(add === undefined ? [] : [add])];
  return {
    ...{ name, keys: [HMAC_SECRET], headers, body: utf8.encode(BODY), nowMs: NOW_SECONDS * 1000 },
    ...rest,
    expected,
  };
}

const refusal = (status: number, code: string) => ({ kind: 'refused', status, code });

/** A delivery signed correctly, whatever it says. */
function signed(id: string, timestamp: string, body: Uint8Array): Changes {
  const content = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  return { request: { id, timestamp, signature: hmacSignature(HMAC_SECRET, content) }, body };
}
const signedAt = (timestamp: string) => signed(ID, timestamp, utf8.encode(BODY));
const signedAs = (id: string) => signed(id, NOW, utf8.encode(BODY));

const otherSignature = hmacSignature(OTHER_HMAC_SECRET, `${ID}.${NOW}.${BODY}`);
const edSignature = ed25519Signature(ED25519_SECRET, `${ID}.${NOW}.${BODY}`);
const flipped = utf8.encode(BODY);
flipped[5] = (flipped[5] ?? 0) ^ 1;
const latin1 = Uint8Array.of(0x22, 0xe9, 0x22);

const publicVectors = PUBLIC_VECTORS.map((vector) =>
  delivery(
    `public vector ${vector.signature}`,
    {
      kind: 'verified',
      id: vector.id,
      timestampSeconds: vector.timestampSeconds,
      version: vector.signature.split(',')[0],
      keyIndex: 0,
    },
    {
      keys: [vector.key],
      request: { id: vector.id, timestamp: String(vector.timestampSeconds), signature: vector.signature },
      body: utf8.encode(vector.body),
      nowMs: vector.timestampSeconds * 1000,
    },
  ),
);

export const DELIVERIES: readonly Delivery[] = [
  ...publicVectors,

  delivery('a good delivery', VERIFIED),
  delivery('an id of 128 characters', { ...VERIFIED, id: 'a'.repeat(128) }, signedAs('a'.repeat(128))),
  delivery(
    '300 s old',
    { ...VERIFIED, timestampSeconds: NOW_SECONDS - 300 },
    signedAt(`${NOW_SECONDS - 300}`),
  ),
  delivery(
    '300 s ahead',
    { ...VERIFIED, timestampSeconds: NOW_SECONDS + 300 },
    signedAt(`${NOW_SECONDS + 300}`),
  ),
  delivery(
    'the previous key of two',
    { ...VERIFIED, keyIndex: 1 },
    { keys: [OTHER_HMAC_SECRET, HMAC_SECRET] },
  ),
  delivery('the second signature of two', VERIFIED, {
    request: { signature: `${otherSignature} ${good.signature}` },
  }),
  delivery(
    'Ed25519 among HMAC and unknown schemes',
    { ...VERIFIED, version: 'v1a', keyIndex: 1 },
    {
      keys: [OTHER_HMAC_SECRET, ED25519_PUBLIC],
      request: { signature: `v9,x ${good.signature} ${edSignature}` },
    },
  ),
  delivery('ten signatures, the last one right', VERIFIED, {
    request: { signature: `${'v1,AAAA '.repeat(9)}${good.signature}` },
  }),

  delivery('no webhook-id', refusal(400, 'missing_header'), { omit: 'webhook-id' }),
  delivery('an empty webhook-id', refusal(400, 'missing_header'), { request: { id: '' } }),
  delivery('no webhook-timestamp', refusal(400, 'missing_header'), { omit: 'webhook-timestamp' }),
  delivery('no webhook-signature', refusal(401, 'missing_header'), { omit: 'webhook-signature' }),
  delivery('webhook-id twice', refusal(400, 'duplicate_header'), { add: ['webhook-id', ID] }),
  delivery('webhook-timestamp twice', refusal(400, 'duplicate_header'), { add: ['webhook-timestamp', NOW] }),
  delivery('webhook-signature twice', refusal(400, 'duplicate_header'), {
    add: ['webhook-signature', good.signature],
  }),
  delivery(
    'webhook-signature twice, the first without a comma of its own',
    refusal(400, 'duplicate_header'),
    {
      request: { signature: 'v1' },
      add: ['webhook-signature', good.signature],
    },
  ),
  delivery('webhook-signature joined by a proxy without a space', refusal(400, 'duplicate_header'), {
    request: { signature: `${otherSignature},${good.signature}` },
  }),

  delivery('an id with a dot', refusal(400, 'bad_id'), signedAs('evt.abc')),
  delivery('an id with a space', refusal(400, 'bad_id'), signedAs('evt abc')),
  delivery('an id of 129 characters', refusal(400, 'bad_id'), signedAs('a'.repeat(129))),

  ...['abc', `${NOW}abc`, '17e8', `-${NOW}`, `+${NOW}`, '1763800000.0', '1763800000000', `0${NOW}`].map(
    (timestamp) => delivery(`timestamp ${timestamp}`, refusal(400, 'bad_timestamp'), signedAt(timestamp)),
  ),
  delivery(
    '301 s old',
    {
      ...refusal(400, 'timestamp_too_old'),
      message:
        "webhook-timestamp is 301 s behind this receiver's clock, 300 s are allowed: check both clocks",
    },
    signedAt(`${NOW_SECONDS - 301}`),
  ),
  delivery(
    '600 s ahead',
    {
      ...refusal(400, 'timestamp_too_new'),
      message:
        "webhook-timestamp is 600 s ahead of this receiver's clock, 300 s are allowed: check both clocks",
    },
    signedAt(`${NOW_SECONDS + 600}`),
  ),
  delivery('11 s old where 10 are allowed', refusal(400, 'timestamp_too_old'), {
    ...signedAt(`${NOW_SECONDS - 11}`),
    toleranceSeconds: 10,
  }),

  delivery('eleven signatures, all right', refusal(400, 'too_many_signatures'), {
    request: { signature: Array(11).fill(good.signature).join(' ') },
  }),
  delivery('an empty body', refusal(400, 'empty_body'), signed(ID, NOW, new Uint8Array(0))),

  delivery('only unknown schemes', refusal(401, 'no_supported_signature'), {
    request: { signature: `${good.signature.replace('v1,', 'v2,')} v1b,AAAA` },
  }),
  delivery('only a scheme without a key', refusal(401, 'no_supported_signature'), {
    request: { signature: edSignature },
  }),
  delivery('a signature without its scheme', refusal(401, 'no_supported_signature'), {
    request: { signature: good.signature.slice('v1,'.length) },
  }),

  delivery('one bit of the body flipped', refusal(401, 'bad_signature'), { body: flipped }),
  delivery('the body re-serialised', refusal(401, 'bad_signature'), {
    body: utf8.encode(JSON.stringify(JSON.parse(BODY), null, 1)),
  }),
  delivery('a line break after the body', refusal(401, 'bad_signature'), { body: utf8.encode(`${BODY}\n`) }),
  delivery('another id', refusal(401, 'bad_signature'), { request: { id: 'evt_abd' } }),
  delivery('another timestamp', refusal(401, 'bad_signature'), {
    request: { timestamp: `${NOW_SECONDS + 1}` },
  }),
  // The same signed text, cut at another dot: without the patterns these two would verify.
  delivery('the start of the body moved into the timestamp', refusal(400, 'bad_timestamp'), {
    request: { timestamp: `${NOW}.5`, signature: hmacSignature(HMAC_SECRET, `${ID}.${NOW}.5.{}`) },
    body: utf8.encode('{}'),
  }),
  delivery('the timestamp moved into the id', refusal(400, 'bad_id'), {
    request: { id: `${ID}.${NOW}`, signature: hmacSignature(HMAC_SECRET, `${ID}.${NOW}.${NOW}.{}`) },
    body: utf8.encode('{}'),
  }),
  delivery('the key of someone else', refusal(401, 'bad_signature'), { keys: [OTHER_HMAC_SECRET] }),
  delivery('Ed25519 by another key', refusal(401, 'bad_signature'), {
    keys: [`whpk_${Buffer.alloc(32, 1).toString('base64')}`],
    request: { signature: edSignature },
  }),
  ...['v1,', 'v1,AAAA', `${good.signature}AAAA`, 'v1,***', good.signature.slice(0, -1)].map((signature) =>
    delivery(`the malformed signature of ${signature.length} characters`, refusal(401, 'bad_signature'), {
      request: { signature },
    }),
  ),
  ...['v1a,', 'v1a,AAAA', good.signature.replace('v1,', 'v1a,'), `${edSignature.slice(0, -4)}AAA=`].map(
    (signature) =>
      delivery(
        `the malformed Ed25519 signature of ${signature.length} characters`,
        refusal(401, 'bad_signature'),
        {
          keys: [ED25519_PUBLIC],
          request: { signature },
        },
      ),
  ),

  delivery('signed bytes that are not UTF-8', refusal(400, 'invalid_utf8'), signed(ID, NOW, latin1)),
  delivery('unsigned bytes that are not UTF-8', refusal(401, 'bad_signature'), { body: latin1 }),
];
