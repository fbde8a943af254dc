import { createRateBound } from '../http/rate-bound.ts';
import type { AccessDeps } from './access-decision.ts';
import type { JsonObject, PublicKey } from './json-web-token.ts';
import { fetchLimited } from './limited-fetch.ts';

export type CloudflareKeys = {
  /** null when the team has no such key. @throws Error when Cloudflare does not answer, or not with keys. */
  get(kid: string): Promise<PublicKey | null>;
};

/** The team's keys at a time, and those of them that were used already. */
type KeySet = {
  readonly gotAtMs: number;
  readonly keys: readonly JsonObject[];
  readonly imported: Map<string, PublicKey>;
};

const TIMEOUT_MS = 5_000;
const FRESH_MS = 600_000;
/** Whoever makes up key ids must not turn us into a client of Cloudflare. */
const UNKNOWN_MS = 30_000;
const FETCHES_A_MINUTE = 60;
const LEAST_MODULUS_BITS = 2_048;
const RS256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };

/**
 * The public keys a team's tokens are signed with: kept for ten minutes, and asked for again because of a key that is
 * not among them at most every 30 s.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7517#section-5
 */
export function createCloudflareKeys(
  url: string,
  { fetch, now }: Pick<AccessDeps, 'fetch' | 'now'>,
): CloudflareKeys {
  const bound = createRateBound({ most: FETCHES_A_MINUTE, perMs: 60_000, now });
  let known: KeySet | null = null;
  let askedAtMs = Number.NEGATIVE_INFINITY;

  /** The result is kept, not the promise: on Workers, one request must not wait for what another one has begun. */
  async function ask(): Promise<KeySet> {
    if (bound.take() !== null) throw new Error(`at most ${FETCHES_A_MINUTE} questions a minute`);
    askedAtMs = now();
    const keys = await fetchKeys(fetch, url);
    known = { gotAtMs: now(), keys, imported: new Map() };
    return known;
  }

  return {
    get: async (kid) => {
      const fresh = known !== null && now() < known.gotAtMs + FRESH_MS ? known : await ask();
      const key = await find(fresh, kid);
      if (key !== null || now() < askedAtMs + UNKNOWN_MS) return key;
      return find(await ask(), kid);
    },
  };
}

async function fetchKeys(fetchImpl: typeof fetch, url: string): Promise<readonly JsonObject[]> {
  const response = await fetchLimited(fetchImpl, url, {
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: 'manual',
  });
  if (response.status !== 200) throw new Error(`Cloudflare answered ${response.status}`);
  const { keys } = (await response.json()) as { readonly keys?: unknown };
  if (!Array.isArray(keys) || !keys.every(isObject)) throw new Error('Cloudflare answered without keys');
  return keys;
}

/** Of several keys with one id nobody can say which is meant. */
async function find({ keys, imported }: KeySet, kid: string): Promise<PublicKey | null> {
  const [jwk, ...others] = keys.filter((key) => key.kid === kid && isForSignatures(key));
  if (jwk === undefined || others.length > 0) return null;
  const key = imported.get(kid) ?? (await importKey(jwk));
  imported.set(kid, key);
  return key;
}

function isForSignatures({ kty, alg, use, key_ops: uses, d }: JsonObject): boolean {
  return (
    kty === 'RSA' &&
    (alg === undefined || alg === 'RS256') &&
    (use === undefined || use === 'sig') &&
    (uses === undefined || (Array.isArray(uses) && uses.includes('verify'))) &&
    d === undefined
  );
}

async function importKey({ n, e }: JsonObject): Promise<PublicKey> {
  const jwk = { kty: 'RSA', n: String(n), e: String(e) };
  const key = await crypto.subtle.importKey('jwk', jwk, RS256, false, ['verify']);
  const { modulusLength } = key.algorithm as unknown as { readonly modulusLength: number };
  if (modulusLength >= LEAST_MODULUS_BITS) return key;
  throw new Error(`a key must have at least ${LEAST_MODULUS_BITS} bits, not ${modulusLength}`);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null;
}
