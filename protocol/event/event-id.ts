import { type Digest, sha256Digest } from '../bytes/sha256.ts';

/**
 * What makes an event the same event, whoever saw it and whenever: Kubernetes identities only.
 *
 * @property clusterUid UID of the `kube-system` namespace.
 * @property podUid UID of the Pod; empty for a gap and a disabled subscription.
 * @property container container name; empty likewise.
 * @property hook the hook, `postStop.amended`, `gap` or `disabled`.
 * @property instance which of them: see `identityOf`, which reads it from an event.
 */
export type EventIdentity = {
  readonly clusterUid: string;
  readonly podUid: string;
  readonly container: string;
  readonly hook: string;
  readonly instance: string;
};

/** SHA-256 of a text in UTF-8. The watcher passes one by `node:crypto`, because an id is needed inside a synchronous step. */
export type Sha256 = (text: string) => Uint8Array;

const SCHEME = 'offhook.v1';
const PREFIX = 'evt_';
const ID_LENGTH = 40;
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** Shape of every id made by {@link eventId}: `evt_` and 36 base32 characters (180 bits). */
export const EVENT_ID_PATTERN: RegExp = /^evt_[a-z2-7]{36}$/;

/**
 * The deterministic event id: `"evt_" + base32(sha256(scheme \0 clusterUid \0 podUid \0 container \0 hook \0
 * instance))`, lower case, 40 characters in all. The scheme is frozen by golden vectors.
 */
export function eventId(identity: EventIdentity, sha256: Sha256): string {
  return idFromDigest(sha256(preimageOf(identity)));
}

/** The same id by Web Crypto, which every runtime of a receiver has, unless a platform gives a faster digest. */
export async function eventIdByWebCrypto(
  identity: EventIdentity,
  digest: Digest = sha256Digest,
): Promise<string> {
  return idFromDigest(await digest(preimageOf(identity)));
}

function preimageOf({ clusterUid, podUid, container, hook, instance }: EventIdentity): string {
  return [SCHEME, clusterUid, podUid, container, hook, instance].join('\0');
}

function idFromDigest(digest: Uint8Array): string {
  return PREFIX + base32(digest, ID_LENGTH - PREFIX.length);
}

/** The first characters of RFC 4648 base32, lower case. Made of their codes at once: letter by letter takes twice as long. */
function base32(bytes: Uint8Array, length: number): string {
  const codes: number[] = [];
  let buffer = 0;
  let bits = 0;
  let at = 0;
  while (codes.length < length) {
    if (bits < 5) {
      // Only the bits not yet written matter; dropping the rest keeps the number small.
      buffer = ((buffer & 0x1f) << 8) | (bytes[at] ?? 0);
      bits += 8;
      at += 1;
    }
    bits -= 5;
    codes.push(BASE32.charCodeAt((buffer >> bits) & 0x1f));
  }
  return String.fromCharCode(...codes);
}
