import { createPrivateKey, createPublicKey, hkdfSync } from 'node:crypto';
import { encodeBase64 } from '../../../protocol/bytes/base64.ts';
import { ed25519Pkcs8 } from '../../../protocol/signature/ed25519.ts';
import type { Ed25519Secret } from '../../../protocol/signature/signing-secret.ts';

/** Of the watcher: what all keys of namespaces are derived from, 32 bytes at least. */
export type TenancyKey = Uint8Array;

/** Whose key: a namespace, or `*` for ClusterHookSubscriptions, which no namespace can be called. */
type KeyOwner = {
  readonly clusterUid: string;
  readonly namespace: string;
  readonly generation: number;
};

const LABEL = 'offhook.dev/namespace-key/v1';
const SEED_BYTES = 32;

/**
 * The Ed25519 key of one namespace, by HKDF-SHA256: salt is the cluster's UID, info the label, the namespace and the
 * generation with a NUL between them, none of which can hold one. Whoever knows a namespace's key learns nothing about another's,
 * or about the watcher's. The same on every replica, and after a restart.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5869
 */
export function deriveNamespaceKey(key: TenancyKey, owner: KeyOwner): Ed25519Secret {
  const { clusterUid, namespace, generation } = owner;
  const info = [LABEL, namespace, generation].join('\0');
  const seed = new Uint8Array(hkdfSync('sha256', key, clusterUid, info, SEED_BYTES));
  return { kind: 'v1a', seed, publicKey: publicHalf(seed) };
}

/** `whpk_…`: what a receiver trusts. */
export function publicKeyText({ publicKey }: Ed25519Secret): string {
  if (publicKey === null) throw new RangeError('a derived key has its public half');
  return `whpk_${encodeBase64(publicKey)}`;
}

function publicHalf(seed: Uint8Array): Uint8Array<ArrayBuffer> {
  const privateKey = createPrivateKey({ key: Buffer.from(ed25519Pkcs8(seed)), format: 'der', type: 'pkcs8' });
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  return new Uint8Array(Buffer.from(x, 'base64url'));
}
