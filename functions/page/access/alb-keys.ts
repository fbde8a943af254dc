import { createRateBound } from '../rate-bound.ts';
import type { AccessDeps } from './access-decision.ts';
import { decodeBase64, type PublicKey } from './json-web-token.ts';
import { fetchLimited } from './limited-fetch.ts';

export type AlbKeys = {
  /** null when there is no such key, or too many were asked for. @throws Error when AWS does not answer. */
  get(kid: string): Promise<PublicKey | null>;
};

const PEM = /-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----/;
const ES256 = { name: 'ECDSA', namedCurve: 'P-256' };
const KID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TIMEOUT_MS = 5_000;
const MAX_KEYS = 16;
/** A load balancer has a handful of keys. Whoever makes up more must not turn us into a client of AWS. */
const FETCHES_A_MINUTE = 10;

/**
 * The public keys load balancers sign with, which never change under their ids. The newest 16 are kept.
 *
 * @param place partition `aws` or `aws-us-gov`, and the load balancer's region.
 */
export function createAlbKeys(
  place: { readonly partition: string; readonly region: string },
  { fetch, now }: Pick<AccessDeps, 'fetch' | 'now'>,
): AlbKeys {
  const known = new Map<string, PublicKey>();
  const bound = createRateBound({ most: FETCHES_A_MINUTE, perMs: 60_000, now });
  return {
    get: async (kid) => {
      if (!KID.test(kid)) return null;
      const found = known.get(kid);
      if (found !== undefined) return found;
      if (bound.take() !== null) return null;
      const response = await getKey(fetch, `${baseUrl(place)}/${kid}`);
      if (response.status === 403 || response.status === 404) return null;
      if (!response.ok) throw new Error(`the keys of load balancers: AWS answered ${response.status}`);
      const key = await importPem(await response.text());
      known.set(kid, key);
      const [oldest] = known.keys();
      if (known.size > MAX_KEYS && oldest !== undefined) known.delete(oldest);
      return key;
    },
  };
}

async function getKey(fetchImpl: typeof fetch, url: string): Promise<Response> {
  try {
    return await fetchLimited(fetchImpl, url, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'manual',
    });
  } catch (cause) {
    throw new Error('could not get the key of a load balancer', { cause });
  }
}

/** @throws Error on anything but the public key of ES256. */
async function importPem(text: string): Promise<PublicKey> {
  try {
    const spki = decodeBase64(PEM.exec(text)?.[1] ?? '');
    return await crypto.subtle.importKey('spki', spki, ES256, false, ['verify']);
  } catch (cause) {
    throw new Error('what AWS gave as the key of a load balancer is none', { cause });
  }
}

function baseUrl({ partition, region }: { readonly partition: string; readonly region: string }): string {
  return partition === 'aws-us-gov'
    ? `https://s3-${region}.amazonaws.com/aws-elb-public-keys-prod-${region}`
    : `https://public-keys.auth.elb.${region}.amazonaws.com`;
}
