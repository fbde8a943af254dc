import fc from 'fast-check';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { expect, test } from 'vitest';
import { generateSecret } from '../../../protocol/signature/keygen.ts';
import { SecretError } from '../../../protocol/signature/secret-error.ts';
import { createSigner, signedContent } from '../../../protocol/signature/sign.ts';
import { createVerifier } from '../../../protocol/signature/verify.ts';
import {
  ED25519_SECRET,
  ed25519Signature,
  HMAC_SECRET,
  hmacSignature,
  OTHER_HMAC_SECRET,
  PUBLIC_VECTORS,
} from './vectors.ts';

const utf8 = new TextEncoder();
const message = { id: 'evt_a', timestampSeconds: 1_700_000_000, body: utf8.encode('{}') };

test.each(PUBLIC_VECTORS)('signs the public vector $signature', async (vector) => {
  const signer = await createSigner([vector.secret]);
  expect(await signer.sign({ ...vector, body: utf8.encode(vector.body) })).toBe(vector.signature);
});

test('the signed content is id, timestamp and the untouched bytes, joined with dots', () => {
  const content = signedContent('evt_a', 12, Uint8Array.of(0xff, 0x00, 0x2e));
  expect(Buffer.from(content)).toEqual(Buffer.from('6576745f612e31322eff002e', 'hex'));
});

test('a rotation signs with every secret, in their order', async () => {
  const signer = await createSigner([HMAC_SECRET, OTHER_HMAC_SECRET, ED25519_SECRET]);
  const content = 'evt_a.1700000000.{}';
  expect(await signer.sign(message)).toBe(
    [
      hmacSignature(HMAC_SECRET, content),
      hmacSignature(OTHER_HMAC_SECRET, content),
      ed25519Signature(ED25519_SECRET, content),
    ].join(' '),
  );
});

test('a bare Ed25519 seed signs like the pair', async () => {
  const seed = Buffer.from(ED25519_SECRET.slice(5), 'base64').subarray(0, 32).toString('base64');
  const [fromSeed, fromPair] = await Promise.all([
    createSigner([`whsk_${seed}`]),
    createSigner([ED25519_SECRET]),
  ]);
  expect(await fromSeed.sign(message)).toBe(await fromPair.sign(message));
});

test.each([
  ['none', [], 'expected 1 to 4 signing secrets, got 0'],
  ['five', Array(5).fill(HMAC_SECRET), 'expected 1 to 4 signing secrets, got 5'],
  [
    'a short second one',
    [HMAC_SECRET, 'whsec_qw=='],
    'secret 2 of 2: signing secret must be 24-64 bytes of base64 after whsec_, got 1 byte',
  ],
])('refuses %s', async (_name, secrets, reason) => {
  await expect(createSigner(secrets)).rejects.toThrow(new SecretError(reason));
});

test('refuses a whsk_ whose public half belongs to another seed', async () => {
  const pair = Buffer.from(ED25519_SECRET.slice(5), 'base64');
  pair[40] = (pair[40] ?? 0) ^ 1;
  await expect(createSigner([`whsk_${pair.toString('base64')}`])).rejects.toThrow(
    'secret 1 of 1: the public key in the second half of whsk_ does not belong to the seed before it',
  );
});

test.each([
  ['an id with a dot', { ...message, id: 'evt.a' }],
  ['an empty id', { ...message, id: '' }],
  ['an id of 129 characters', { ...message, id: 'a'.repeat(129) }],
  ['milliseconds as seconds', { ...message, timestampSeconds: 1_700_000_000_000 }],
  ['a fraction', { ...message, timestampSeconds: 1.5 }],
  ['a negative time', { ...message, timestampSeconds: -1 }],
  ['no number', { ...message, timestampSeconds: Number.NaN }],
])('refuses to sign %s', async (_name, wrong) => {
  const signer = await createSigner([HMAC_SECRET]);
  await expect(signer.sign(wrong)).rejects.toThrow(RangeError);
});

test('standardwebhooks and svix make the same v1 signature and accept ours', async () => {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const key = fc.uint8Array({ minLength: 24, maxLength: 64 });
  const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,128}$/);
  await fc.assert(
    fc.asyncProperty(key, id, fc.json(), async (bytes, webhookId, body) => {
      const secret = `whsec_${Buffer.from(bytes).toString('base64')}`;
      const signer = await createSigner([secret]);
      const signature = await signer.sign({
        id: webhookId,
        timestampSeconds: nowSeconds,
        body: utf8.encode(body),
      });
      const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
      const values = [webhookId, String(nowSeconds), signature];
      const headers = Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
      for (const oracle of [new StandardWebhook(secret), new SvixWebhook(secret)]) {
        expect(oracle.sign(webhookId, new Date(nowSeconds * 1000), body)).toBe(signature);
        oracle.verify(body, headers);
      }
    }),
    { numRuns: 50 },
  );
});

test('new secrets sign, and their public half verifies', async () => {
  const hmac = await generateSecret('v1');
  const pair = await generateSecret('v1a');
  expect(hmac).toEqual({ secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/) });
  expect(pair).toEqual({
    secret: expect.stringMatching(/^whsk_[A-Za-z0-9+/]{86}==$/),
    publicKey: expect.stringMatching(/^whpk_[A-Za-z0-9+/]{43}=$/),
  });
  const signer = await createSigner([hmac.secret, pair.secret]);
  const headers = new Headers({
    'webhook-id': message.id,
    'webhook-timestamp': String(message.timestampSeconds),
    'webhook-signature': await signer.sign(message),
  });
  for (const key of [hmac.secret, pair.publicKey ?? '']) {
    const verifier = await createVerifier({ keys: [key] });
    const result = await verifier.verify(headers, message.body, message.timestampSeconds * 1000);
    expect(result).toMatchObject({ kind: 'verified' });
  }
});

test('no two generated secrets are alike', async () => {
  const all = await Promise.all(Array.from({ length: 20 }, () => generateSecret('v1a')));
  expect(new Set(all.flatMap(({ secret, publicKey }) => [secret, publicKey])).size).toBe(40);
});
