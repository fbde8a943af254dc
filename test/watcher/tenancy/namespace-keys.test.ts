import { createPublicKey, sign, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ed25519Pkcs8 } from '../../../protocol/signature/ed25519.ts';
import { parseVerificationKey } from '../../../protocol/signature/signing-secret.ts';
import { Secret } from '../../../settings/secret.ts';
import { deriveNamespaceKey, publicKeyText } from '../../../watcher/tenancy/keys/namespace-key.ts';
import { createNamespaceKeys } from '../../../watcher/tenancy/keys/namespace-keys.ts';

const CLUSTER = '4d1b7b9e-6f0a-4f39-9a52-0d8f6c3f7a10';
const key = (fill: number) => new Uint8Array(32).fill(fill);
const billing = { clusterUid: CLUSTER, namespace: 'billing', generation: 1 };

describe('the key of a namespace', () => {
  test('is the same for ever: receivers have its public half', () => {
    expect(publicKeyText(deriveNamespaceKey(key(7), billing))).toBe(
      'whpk_o4G91ZED8VOPDRThySgbhgUqwQ2h0Tv/fIpUCrO5ssE=',
    );
  });

  test('is what RFC 5869 says, by another implementation', async () => {
    const material = await crypto.subtle.importKey('raw', key(7), 'HKDF', false, ['deriveBits']);
    const text = new TextEncoder();
    const bits = await crypto.subtle.deriveBits(
      {
        name: 'HKDF',
        hash: 'SHA-256',
        salt: text.encode(CLUSTER),
        info: text.encode('offhook.dev/namespace-key/v1\0billing\x001'),
      },
      material,
      256,
    );
    expect(deriveNamespaceKey(key(7), billing).seed).toEqual(new Uint8Array(bits));
  });

  test('signs what its public half verifies', () => {
    const { seed, publicKey } = deriveNamespaceKey(key(7), billing);
    const pkcs8 = { key: Buffer.from(ed25519Pkcs8(seed)), format: 'der', type: 'pkcs8' } as const;
    const message = Buffer.from('msg_1.1700000000.{}');
    const x = Buffer.from(publicKey ?? []).toString('base64url');
    const trusted = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    expect(verify(null, message, trusted, sign(null, message, pkcs8))).toBe(true);
  });

  test.each([
    ['cluster', { ...billing, clusterUid: 'another' }, 7],
    ['namespace', { ...billing, namespace: 'billing2' }, 7],
    ['generation', { ...billing, generation: 2 }, 7],
    ['key of the watcher', billing, 8],
    // Were the parts written one behind the other, these two would be one.
    ['split between namespace and generation', { ...billing, namespace: 'billin', generation: 11 }, 7],
  ])('is another one with another %s', (_what, owner, fill) => {
    const other = deriveNamespaceKey(key(fill), owner);
    expect(publicKeyText(other)).not.toBe(publicKeyText(deriveNamespaceKey(key(7), billing)));
  });
});

describe('the keys that sign', () => {
  const keys = createNamespaceKeys([new Secret(key(7))], CLUSTER);
  const rotating = createNamespaceKeys([new Secret(key(8)), new Secret(key(7))], CLUSTER);

  test('are two while receivers change over, the current one first', () => {
    const [first] = keys.of('billing', '2').publicKeys;
    const [, second] = [null, keys.of('billing', '1').publicKeys[0]];
    expect(keys.of('billing', '2,1').publicKeys).toEqual([first, second]);
  });

  test('are those of both keys of the watcher while it has two', () => {
    const [current] = createNamespaceKeys([new Secret(key(8))], CLUSTER).of('billing', null).publicKeys;
    const [previous] = keys.of('billing', null).publicKeys;
    expect(rotating.of('billing', null).publicKeys).toEqual([current, previous]);
    expect(rotating.of('billing', '2,1').publicKeys).toHaveLength(4);
  });

  test.each([null, '', 'x', '0', '-1', '1.5', '1,2,3', '99999999999', '2,1;drop'])(
    'are of generation 1 where the annotation says %j',
    (annotated) => {
      expect(keys.of('billing', annotated)).toBe(keys.of('billing', null));
    },
  );

  test('are public keys that a receiver takes', () => {
    for (const text of rotating.of('billing', '3, 2').publicKeys)
      expect(parseVerificationKey(text).kind).toBe('v1a');
  });

  test('are not kept without end for whoever writes one generation after the other', () => {
    const first = keys.of('billing', '1');
    for (let generation = 1; generation <= 5_000; generation += 1) keys.of('flood', String(generation));
    expect(keys.of('billing', '1').publicKeys).toEqual(first.publicKeys);
  });

  test('show nothing of themselves', () => {
    expect(JSON.stringify(keys.of('billing', null).secrets)).toBe('["[secret]"]');
  });
});
