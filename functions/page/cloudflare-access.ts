import { createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose';
import type { AccessDeps, CheckAccess } from './access-decision.ts';
import { identityName } from './identity-name.ts';
import { fetchLimited } from './limited-fetch.ts';

const TEAM = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const AUDIENCE = /^[0-9A-Za-z_-]{16,128}$/;
const HEADER = 'cf-access-jwt-assertion';
const KEYS_TIMEOUT_MS = 5_000;
const CLOCK_TOLERANCE_SECONDS = 30;
/** What jose reports when the keys, not the token, are the trouble. */
const KEYS_ERRORS = ['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC'];

/**
 * Lets in whom Cloudflare Access has logged in: the header's token must be signed by the team's keys, be issued by the
 * team for this application, and not have expired. The keys are kept for ten minutes, and asked for at most every 30 s.
 *
 * @throws RangeError on a team or an audience that cannot be one.
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/validating-json/
 */
export function createCloudflareAccess(
  { team, audience }: { readonly team: string; readonly audience: string },
  deps: Pick<AccessDeps, 'fetch' | 'now'>,
): CheckAccess {
  if (!TEAM.test(team)) {
    throw new RangeError('the Cloudflare Access team must be the name before ".cloudflareaccess.com"');
  }
  if (!AUDIENCE.test(audience)) {
    throw new RangeError(
      "the Cloudflare Access audience must be the application's AUD tag (64 hexadecimal digits)",
    );
  }
  const issuer = `https://${team}.cloudflareaccess.com`;
  const keys = createRemoteJWKSet(new URL(`${issuer}/cdn-cgi/access/certs`), {
    timeoutDuration: KEYS_TIMEOUT_MS,
    [customFetch]: (url, init) => fetchLimited(deps.fetch, url, init),
  });
  return async function checkCloudflareAccess(request) {
    const token = request.headers.get(HEADER);
    if (token === null) return null;
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ['RS256'],
        issuer,
        audience,
        requiredClaims: ['exp', 'iat'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: new Date(deps.now()),
      });
      const identity = { how: 'cloudflareAccess', name: identityName(payload) } as const;
      return { kind: 'allowed', identity, proof: { kind: 'ambient' } };
    } catch (error) {
      if (error instanceof errors.JOSEError && !KEYS_ERRORS.includes(error.code)) return null;
      throw new Error('could not get the keys of Cloudflare Access', { cause: error });
    }
  };
}
