import type { JWK } from 'jose';
import { JOSEError } from 'jose/errors';
import { createLocalJWKSet } from 'jose/jwks/local';
import type { JWTVerifyGetKey } from 'jose/jwt/verify';
import { createRateBound } from '../../http/rate-bound.ts';
import { askKeyServer, type KeyServerDeps } from '../identity/ask-key-server.ts';

/** The team's keys at a time. */
type KeySet = { readonly gotAtMs: number; readonly find: ReturnType<typeof createLocalJWKSet> };

const FRESH_MS = 600_000;
/** Whoever makes up key ids must not turn us into a client of Cloudflare. */
const UNKNOWN_MS = 30_000;
const FETCHES_A_MINUTE = 60;

/**
 * The public keys a team's tokens are signed with: kept for ten minutes, and asked for again because of a key that is
 * not among them at most every 30 s. jose has such a thing (`createRemoteJWKSet`), but not with a bound on questions that
 * nobody answers, nor with a clock that is given to it; what it keeps, and which key is meant, is jose's here too.
 *
 * @returns rejects with JWKSNoMatchingKey where the team has no such key, JWKSMultipleMatchingKeys where nobody can say
 *   which is meant, Error when Cloudflare does not answer, or not with keys.
 * @see https://www.rfc-editor.org/rfc/rfc7517#section-5
 */
export function createCloudflareKeys(url: string, { fetch, clock }: KeyServerDeps): JWTVerifyGetKey {
  const bound = createRateBound({ most: FETCHES_A_MINUTE, perMs: 60_000, clock });
  let known: KeySet | null = null;
  let askedAtMs = Number.NEGATIVE_INFINITY;

  /** The result is kept, not the promise: on Workers, one request must not wait for what another one has begun. */
  async function ask(): Promise<KeySet> {
    if (bound.take() !== null) throw new Error(`at most ${FETCHES_A_MINUTE} questions a minute`);
    askedAtMs = clock.nowMs();
    const find = await fetchKeys(fetch, url);
    known = { gotAtMs: clock.nowMs(), find };
    return known;
  }

  return async (header, token) => {
    const fresh = known !== null && clock.nowMs() < known.gotAtMs + FRESH_MS ? known : await ask();
    try {
      return await fresh.find(header, token);
    } catch (error) {
      const isUnknown = error instanceof JOSEError;
      if (!isUnknown || clock.nowMs() < askedAtMs + UNKNOWN_MS) throw error;
      return (await ask()).find(header, token);
    }
  };
}

async function fetchKeys(fetchImpl: typeof fetch, url: string): Promise<KeySet['find']> {
  const response = await askKeyServer(fetchImpl, url, { accept: 'application/json' });
  if (response.status !== 200) throw new Error(`Cloudflare answered ${response.status}`);
  const { keys } = (await response.json()) as { readonly keys?: unknown };
  if (!Array.isArray(keys) || !keys.every(isObject)) throw new Error('Cloudflare answered without keys');
  // One with its private part is no public key, and was everybody's to sign with.
  return createLocalJWKSet({ keys: keys.filter((key) => key.d === undefined) });
}

function isObject(value: unknown): value is JWK {
  return typeof value === 'object' && value !== null;
}
