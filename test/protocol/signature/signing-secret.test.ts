import { createPrivateKey, createPublicKey } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBase64, encodeBase64 } from '../../../protocol/bytes/base64.ts';
import { SecretError } from '../../../protocol/signature/secret-error.ts';
import { parseSigningSecret, parseVerificationKey } from '../../../protocol/signature/signing-secret.ts';
import { DEGENERATE_KEYS } from './degenerate-keys.ts';
import { ED25519_PUBLIC, ED25519_SECRET, HMAC_SECRET } from './vectors.ts';

const base64Of = (length: number) => Buffer.alloc(length, 0xa7).toString('base64');

test('every whsec_ of 24 to 64 bytes signs and verifies, no other length does', () => {
  for (let length = 0; length <= 100; length += 1) {
    const text = `whsec_${base64Of(length)}`;
    if (length >= 24 && length <= 64) {
      const expected = { kind: 'v1', key: new Uint8Array(length).fill(0xa7) };
      expect(parseSigningSecret(text)).toEqual(expected);
      expect(parseVerificationKey(text)).toEqual(expected);
    } else {
      expect(() => parseSigningSecret(text)).toThrow(SecretError);
      expect(() => parseVerificationKey(text)).toThrow(SecretError);
    }
  }
});

test('whsk_ gives the seed and the public half; a bare seed has no public half yet', () => {
  const pair = Buffer.from(ED25519_SECRET.slice(5), 'base64');
  const seed = Uint8Array.from(pair.subarray(0, 32));
  const publicKey = Uint8Array.from(pair.subarray(32));
  expect(parseSigningSecret(ED25519_SECRET)).toEqual({ kind: 'v1a', seed, publicKey });
  const bare = `whsk_${Buffer.from(seed).toString('base64')}`;
  expect(parseSigningSecret(bare)).toEqual({ kind: 'v1a', seed, publicKey: null });
  expect(parseVerificationKey(ED25519_PUBLIC)).toEqual({ kind: 'v1a', publicKey });
});

test.each([
  ['', 'signing secret must begin with whsec_ or whsk_, got an empty text'],
  ['hunter2', 'signing secret must begin with whsec_ or whsk_, got a text that begins otherwise'],
  ['WHSEC_AAAA', 'signing secret must begin with whsec_ or whsk_, got a text that begins otherwise'],
  ['whsec_', 'signing secret must be 24-64 bytes of base64 after whsec_, got 0 bytes'],
  ['whsec_qw==', 'signing secret must be 24-64 bytes of base64 after whsec_, got 1 byte'],
  [
    `${HMAC_SECRET}\n`,
    'signing secret must be 24-64 bytes of base64 after whsec_, got text with white space in it',
  ],
  [
    'whsec_not*base64',
    'signing secret must be 24-64 bytes of base64 after whsec_, got text that is not padded base64',
  ],
  [
    `whsk_${base64Of(33)}`,
    'signing secret must be 64 bytes (seed and public key) or 32 bytes (seed) of base64 after whsk_, got 33 bytes',
  ],
  [ED25519_PUBLIC, 'whpk_ is a public key, which cannot sign: use the whsk_ secret it belongs to'],
])('refuses the signing secret %j with a reason', (text, message) => {
  expect(() => parseSigningSecret(text)).toThrow(new SecretError(message));
});

test.each([
  ['', 'verification key must begin with whsec_ or whpk_, got an empty text'],
  [`whpk_${base64Of(31)}`, 'verification key must be 32 bytes of base64 after whpk_, got 31 bytes'],
  [ED25519_SECRET, 'whsk_ is a private key, which a receiver must not hold: use its whpk_ public key'],
])('refuses the verification key %j with a reason', (text, message) => {
  expect(() => parseVerificationKey(text)).toThrow(new SecretError(message));
});

test.each(DEGENERATE_KEYS)(
  'refuses the public key $key, which is $why, also as the half of a secret',
  ({ key, why }) => {
    expect(() => parseVerificationKey(key)).toThrow(why);
    const pair = Buffer.concat([Buffer.alloc(32, 9), Buffer.from(key.slice('whpk_'.length), 'base64')]);
    expect(() => parseSigningSecret(`whsk_${pair.toString('base64')}`)).toThrow(why);
  },
);

test('refuses a seed of zeros', () => {
  expect(() => parseSigningSecret(`whsk_${Buffer.alloc(32).toString('base64')}`)).toThrow(/all zeros/);
});

test('takes the public key of any seed', () => {
  for (let seed = 1; seed <= 50; seed += 1) {
    const der = Buffer.concat([
      Buffer.from('302e020100300506032b657004220420', 'hex'),
      Buffer.alloc(32, seed),
    ]);
    const { x } = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })).export({
      format: 'jwk',
    });
    expect(() =>
      parseVerificationKey(`whpk_${Buffer.from(String(x), 'base64url').toString('base64')}`),
    ).not.toThrow();
  }
});

test('no message repeats the secret or a part of it', () => {
  const secretish = fc.string({
    minLength: 6,
    maxLength: 80,
    unit: fc.constantFrom(...'QZXJKVWqzxjkvw0189+/='),
  });
  const prefix = fc.constantFrom('whsec_', 'whsk_', 'whpk_', '');
  fc.assert(
    fc.property(prefix, secretish, (start, rest) => {
      for (const parse of [parseSigningSecret, parseVerificationKey]) {
        try {
          parse(start + rest);
        } catch (error) {
          expect(error).toBeInstanceOf(SecretError);
          expect(String(error)).not.toContain(rest.slice(0, 6));
        }
      }
    }),
  );
});

test('base64 agrees with Buffer on every byte string', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const text = encodeBase64(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64'));
      expect(decodeBase64(text)).toEqual(Uint8Array.from(bytes));
    }),
  );
});

test('each byte string has one base64 text: what is accepted encodes back to itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ABab01+/=-_ \n'), maxLength: 12 }), (text) => {
      const bytes = decodeBase64(text);
      if (bytes !== null) expect(Buffer.from(bytes).toString('base64')).toBe(text);
    }),
  );
  for (const text of ['QQ', 'QR==', 'Q===', '=', 'QUJ_', ' QUJD', 'QUJD\n', 'QU JD']) {
    expect(decodeBase64(text), text).toBeNull();
  }
});
