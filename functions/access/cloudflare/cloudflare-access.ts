import type { CheckAccess } from '../access-decision.ts';
import type { KeyServerDeps } from '../identity/ask-key-server.ts';
import { identityName } from '../identity/identity-name.ts';
import { canBeCurrent, parseToken, verifyToken } from '../identity/identity-token.ts';
import { createCloudflareKeys } from './cloudflare-keys.ts';

const TEAM = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const AUDIENCE = /^[0-9A-Za-z_-]{16,128}$/;
const HEADER = 'cf-access-jwt-assertion';

/**
 * Lets in whom Cloudflare Access has logged in: the header's token must be signed by the team's keys, be issued by the
 * team for this application, and not have expired.
 *
 * @throws RangeError on a team or an audience that cannot be one.
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/validating-json/
 */
export function createCloudflareAccess(
  { team, audience }: { readonly team: string; readonly audience: string },
  deps: KeyServerDeps,
): CheckAccess {
  checkAccessTeam(team);
  checkAccessAudience(audience);
  const issuer = `https://${team}.cloudflareaccess.com`;
  const getKey = createCloudflareKeys(`${issuer}/cdn-cgi/access/certs`, deps);
  return async function checkCloudflareAccess(request) {
    const token = parseToken(request.headers.get(HEADER) ?? '');
    if (token === null || typeof token.header.kid !== 'string') return null;
    // What needs no key first: nobody makes us ask for one with a token that is not for us.
    const { iss, aud } = token.claims;
    const nowMs = deps.clock.nowMs();
    const isOurs = iss === issuer && [aud].flat().includes(audience);
    if (!isOurs || !canBeCurrent(token.claims, nowMs)) return null;
    const requiredClaims = ['exp', 'iat'];
    const expected = { algorithm: 'RS256', issuer, audience, requiredClaims, nowMs } as const;
    const claims = await verifyToken(token, getKey, expected).catch((cause: unknown) => {
      throw new Error('could not get the keys of Cloudflare Access', { cause });
    });
    if (claims === null) return null;
    const identity = { how: 'cloudflareAccess', name: identityName(claims) } as const;
    return { kind: 'allowed', identity, proof: { kind: 'ambient' } };
  };
}

/** @throws RangeError on what cannot be a team. */
export function checkAccessTeam(team: string): void {
  if (TEAM.test(team)) return;
  throw new RangeError('the Cloudflare Access team must be the name before ".cloudflareaccess.com"');
}

/** @throws RangeError on what cannot be an audience. */
export function checkAccessAudience(audience: string): void {
  if (AUDIENCE.test(audience)) return;
  throw new RangeError(
    "the Cloudflare Access audience must be the application's AUD tag (64 hexadecimal digits)",
  );
}
