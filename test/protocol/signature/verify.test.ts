import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SecretError } from '../../../protocol/signature/secret-error.ts';
import { createSigner } from '../../../protocol/signature/sign.ts';
import { createVerifier, type Verification } from '../../../protocol/signature/verify.ts';
import { readWebhookHeaders } from '../../../protocol/signature/webhook-headers.ts';
import { DELIVERIES, type Delivery } from './deliveries.ts';
import { ED25519_PUBLIC, ED25519_SECRET, HMAC_SECRET } from './vectors.ts';

async function verify({ keys, toleranceSeconds, headers, body, nowMs }: Delivery): Promise<Verification> {
  const verifier = await createVerifier({
    keys,
    ...(toleranceSeconds === undefined ? {} : { toleranceSeconds }),
  });
  return verifier.verify(new Headers(headers.map(([name, value]) => [name, value])), body, nowMs);
}

test.each(DELIVERIES)('$name', async (delivery) => {
  const result = await verify(delivery);
  expect(result).toMatchObject(delivery.expected);
  if (result.kind === 'verified') expect(result).toEqual(delivery.expected);
});

test('a refusal for the signature says to verify the raw bytes, and repeats no signature', async () => {
  const delivery = DELIVERIES.find(({ name }) => name === 'the body re-serialised');
  if (delivery === undefined) throw new Error('the table has lost its re-serialised body');
  expect(await verify(delivery)).toEqual({
    kind: 'refused',
    status: 401,
    code: 'bad_signature',
    message:
      'no signature in webhook-signature matches: verify the raw bytes of the body as received, ' +
      'with the key of this subscription',
  });
});

test('no refusal repeats a header value or the body', async () => {
  for (const delivery of DELIVERIES) {
    const result = await verify(delivery);
    if (result.kind === 'verified') continue;
    for (const value of [
      ...delivery.headers.map(([, text]) => text),
      new TextDecoder().decode(delivery.body),
    ]) {
      if (value.length > 3) expect(result.message, delivery.name).not.toContain(value);
    }
  }
});

const NOW_SECONDS = 1_763_800_000;
const TIMELY = { 'webhook-id': 'evt_a', 'webhook-timestamp': `${NOW_SECONDS}`, 'webhook-signature': 'v1,AA' };

/** Faults in the order of the checks: each must win over all that come after it. */
const FAULTS: readonly (readonly [code: string, change: Record<string, string>])[] = [
  ['missing_header', { 'webhook-signature': '' }],
  ['duplicate_header', { 'webhook-signature': 'v1,AA, v1,AA' }],
  ['bad_id', { 'webhook-id': 'a.b' }],
  ['bad_timestamp', { 'webhook-timestamp': 'x' }],
  ['timestamp_too_old', { 'webhook-timestamp': '1' }],
  ['too_many_signatures', { 'webhook-signature': 'v1,AA '.repeat(11) }],
];

test('the checks run in the documented order', async () => {
  const verifier = await createVerifier({ keys: [HMAC_SECRET] });
  for (const [index, [code]] of FAULTS.entries()) {
    const changes = FAULTS.slice(index).map(([, change]) => change);
    const headers = new Headers(Object.assign({}, TIMELY, ...changes.toReversed()));
    const result = await verifier.verify(headers, new Uint8Array(0), NOW_SECONDS * 1000);
    expect(result).toMatchObject({ kind: 'refused', code });
  }
  const empty = await verifier.verify(new Headers(TIMELY), new Uint8Array(0), NOW_SECONDS * 1000);
  expect(empty).toMatchObject({ code: 'empty_body' });
  const unsigned = await verifier.verify(new Headers(TIMELY), Uint8Array.of(0xff), NOW_SECONDS * 1000);
  expect(unsigned).toMatchObject({ code: 'bad_signature' });
});

test('headers can be checked before the body is read', () => {
  expect(readWebhookHeaders(new Headers(TIMELY), NOW_SECONDS * 1000)).toEqual({
    kind: 'headers',
    id: 'evt_a',
    timestampSeconds: NOW_SECONDS,
    signatures: ['v1,AA'],
  });
  expect(readWebhookHeaders(new Headers(TIMELY), NOW_SECONDS * 1000 + 11_000, 10)).toMatchObject({
    code: 'timestamp_too_old',
  });
});

test('any change of one bit in the body or of one character of the signature is refused', async () => {
  const signers = [
    { signer: await createSigner([HMAC_SECRET]), verifier: await createVerifier({ keys: [HMAC_SECRET] }) },
    {
      signer: await createSigner([ED25519_SECRET]),
      verifier: await createVerifier({ keys: [ED25519_PUBLIC] }),
    },
  ];
  const body = fc.uint8Array({ minLength: 1, maxLength: 64 });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...signers),
      body,
      fc.nat(),
      async ({ signer, verifier }, bytes, where) => {
        const signature = await signer.sign({ id: 'evt_a', timestampSeconds: NOW_SECONDS, body: bytes });
        const check = (text: string, content: Uint8Array) =>
          verifier.verify(new Headers({ ...TIMELY, 'webhook-signature': text }), content, NOW_SECONDS * 1000);

        const bit = where % (bytes.length * 8);
        const changed = bytes.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
        expect(await check(signature, changed)).toMatchObject({ status: 401 });

        const start = signature.indexOf(',') + 1;
        const at = start + (where % (signature.length - start));
        const other = signature[at] === 'A' ? 'B' : 'A';
        const forged = signature.slice(0, at) + other + signature.slice(at + 1);
        expect(await check(forged, bytes)).toMatchObject({ status: 401 });
      },
    ),
  );
});

test('never throws, whatever the headers and the body hold', async () => {
  const verifier = await createVerifier({ keys: [HMAC_SECRET, ED25519_PUBLIC] });
  const value = fc.oneof(
    fc.string(),
    fc.stringMatching(/^v1a?,[A-Za-z0-9+/=]{0,100}$/),
    fc.constantFrom(null, `${NOW_SECONDS}`, 'evt_a', 'v1,', ',', ' '),
  );
  await fc.assert(
    fc.asyncProperty(value, value, value, fc.uint8Array(), async (id, timestamp, signature, body) => {
      const values = new Map([
        ['webhook-id', id],
        ['webhook-timestamp', timestamp],
        ['webhook-signature', signature],
      ]);
      const result = await verifier.verify(
        { get: (name) => values.get(name) ?? null },
        body,
        NOW_SECONDS * 1000,
      );
      expect(result.kind).toBe('refused');
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['no key', { keys: [] }, 'expected 1 to 8 verification keys, got 0'],
  ['nine keys', { keys: Array(9).fill(HMAC_SECRET) }, 'expected 1 to 8 verification keys, got 9'],
  [
    'an empty second key',
    { keys: [HMAC_SECRET, ''] },
    'key 2 of 2: verification key must begin with whsec_ or whpk_, got an empty text',
  ],
])('refuses to start with %s', async (_name, options, message) => {
  await expect(createVerifier(options)).rejects.toThrow(new SecretError(message));
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])(
  'refuses a tolerance of %d',
  async (toleranceSeconds) => {
    await expect(createVerifier({ keys: [HMAC_SECRET], toleranceSeconds })).rejects.toThrow(RangeError);
  },
);
