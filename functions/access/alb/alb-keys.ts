import type { CryptoKey } from 'jose';
import { importSPKI } from 'jose/key/import';
import { createRateBound } from '../../http/rate-bound.ts';
import { askKeyServer, type KeyServerDeps } from '../identity/ask-key-server.ts';
import { createBoundedMap } from './bounded-map.ts';

type AlbKeys = {
  /**
   * null when there is no such key, or too many were asked for just now.
   *
   * @throws Error when AWS does not answer.
   */
  get(kid: string): Promise<CryptoKey | null>;
  /** A signature of our load balancer was verified with that key: it is kept, whoever asks for others. */
  prove(kid: string, key: CryptoKey): void;
};

const KID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** A load balancer has a handful of keys. */
const MAX_KEYS = 16;
/** Key ids that AWS does not know, or that were not asked for; both are small. */
const MAX_OTHERS = 1_000;
/** A key that is not there yet, because it is new, is found after this. */
const UNKNOWN_MS = 30_000;
/**
 * Whoever makes up key ids must not turn us into a client of AWS, nor use up what a genuine one needs: those who come
 * again after a refusal, as a browser does and a made-up id has no reason to, have fetches of their own.
 */
const FETCHES_A_MINUTE = 30;

/**
 * The public keys load balancers sign with, which never change under their ids. Kept are the newest 16 that a signature
 * was verified with; others make room for each other.
 *
 * @param place partition `aws` or `aws-us-gov`, and the load balancer's region.
 */
export function createAlbKeys(
  place: { readonly partition: string; readonly region: string },
  { fetch, clock }: KeyServerDeps,
): AlbKeys {
  const proven = createBoundedMap<CryptoKey>(MAX_KEYS);
  const unproven = createBoundedMap<CryptoKey>(MAX_KEYS);
  const unknownUntilMs = createBoundedMap<number>(MAX_OTHERS);
  const refused = createBoundedMap<true>(MAX_OTHERS);
  const bounds = { most: FETCHES_A_MINUTE, perMs: 60_000, clock };
  const [firstTime, again] = [createRateBound(bounds), createRateBound(bounds)];

  const mayFetch = (kid: string): boolean => {
    const bound = refused.get(kid) === undefined ? firstTime : again;
    if (bound.take() === null) return true;
    refused.set(kid, true);
    return false;
  };

  const fetchKey = async (kid: string): Promise<CryptoKey | null> => {
    const response = await getKey(fetch, `${baseUrl(place)}/${kid}`);
    if (response.status === 403 || response.status === 404) {
      unknownUntilMs.set(kid, clock.nowMs() + UNKNOWN_MS);
      return null;
    }
    if (!response.ok) throw new Error(`the keys of load balancers: AWS answered ${response.status}`);
    const key = await importPem(await response.text());
    unproven.set(kid, key);
    return key;
  };

  return {
    get: async (kid) => {
      if (!KID.test(kid)) return null;
      const found = proven.get(kid) ?? unproven.get(kid);
      if (found !== undefined) return found;
      if ((unknownUntilMs.get(kid) ?? 0) > clock.nowMs() || !mayFetch(kid)) return null;
      return fetchKey(kid);
    },
    prove: (kid, key) => {
      if (proven.get(kid) !== undefined) return;
      proven.set(kid, key);
      refused.delete(kid);
    },
  };
}

async function getKey(fetchImpl: typeof fetch, url: string): Promise<Response> {
  try {
    return await askKeyServer(fetchImpl, url);
  } catch (cause) {
    throw new Error('could not get the key of a load balancer', { cause });
  }
}

/** @throws Error on anything but the public key of ES256. */
async function importPem(text: string): Promise<CryptoKey> {
  try {
    return await importSPKI(text.trim(), 'ES256', { extractable: false });
  } catch (cause) {
    throw new Error('what AWS gave as the key of a load balancer is none', { cause });
  }
}

function baseUrl({ partition, region }: { readonly partition: string; readonly region: string }): string {
  return partition === 'aws-us-gov'
    ? `https://s3-${region}.amazonaws.com/aws-elb-public-keys-prod-${region}`
    : `https://public-keys.auth.elb.${region}.amazonaws.com`;
}
