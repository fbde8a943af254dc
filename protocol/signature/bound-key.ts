import { SOURCE_PREFIX, sourceOf } from '../event/event-address.ts';
import { SecretError } from './secret-error.ts';

/**
 * A verification key and whom it may speak for.
 *
 * @property source a CloudEvents `source`, `urn:offhook:cluster:<uid>`; null: any.
 * @property key `whsec_…` or `whpk_…`.
 */
export type BoundKey = { readonly source: string | null; readonly key: string };

/** At the same time, of one source: the current ones and the previous ones. */
export const MAX_VERIFICATION_KEYS = 8;
/** Of all sources together: each is tried on a delivery that nobody has signed. */
export const MAX_BOUND_KEYS = 64;

const ANY = 'any';
const KEY = /^wh[a-z]{1,8}_/;
/** The UID of a namespace, with room for those that are made up by hand. No separator of lists. */
const CLUSTER_UID = /^[^\s,=:\p{C}]{1,128}$/u;

/**
 * Reads a key as people write it: `whsec_…` may speak for any source (as `any=whsec_…`), `<cluster UID>=whsec_…` and
 * `urn:offhook:cluster:<cluster UID>=whsec_…` for that cluster alone. Says nothing about the key itself.
 *
 * @throws {SecretError} for a source that is none; nothing of the text is quoted.
 */
export function parseBoundKey(text: string): BoundKey {
  const end = KEY.test(text) ? -1 : text.indexOf('=');
  if (end === -1) return { source: null, key: text };
  const name = text.slice(0, end);
  const key = text.slice(end + 1);
  if (name === ANY) return { source: null, key };
  const uid = name.startsWith(SOURCE_PREFIX) ? name.slice(SOURCE_PREFIX.length) : name;
  if (CLUSTER_UID.test(uid)) return { source: sourceOf(uid), key };
  throw new SecretError(`what stands before "=" must be a cluster's UID, ${SOURCE_PREFIX}<uid>, or "${ANY}"`);
}

/**
 * Refuses sets of keys that nobody can mean: none, too many, or some that are bound to a source beside some that may
 * speak for any, which would make the binding worthless.
 *
 * @throws {SecretError} that names the key by its position.
 */
export function checkKeySet(keys: readonly BoundKey[]): void {
  if (keys.length === 0) {
    throw new SecretError(`expected 1 to ${MAX_VERIFICATION_KEYS} verification keys, got 0`);
  }
  const unbound = keys.findIndex(({ source }) => source === null);
  if (unbound !== -1 && keys.some(({ source }) => source !== null)) {
    throw new SecretError(
      `key ${unbound + 1} of ${keys.length} is bound to no cluster, but others are: it could speak for theirs. ` +
        'Write <cluster UID>= before each key, or before none',
    );
  }
  const counts = new Map<string | null, number>();
  for (const { source } of keys) counts.set(source, (counts.get(source) ?? 0) + 1);
  const most = Math.max(...counts.values());
  if (most > MAX_VERIFICATION_KEYS) {
    const of = unbound === -1 ? ' of one cluster' : '';
    throw new SecretError(`expected 1 to ${MAX_VERIFICATION_KEYS} verification keys${of}, got ${most}`);
  }
  if (keys.length > MAX_BOUND_KEYS) {
    throw new SecretError(`expected at most ${MAX_BOUND_KEYS} verification keys in all, got ${keys.length}`);
  }
}
