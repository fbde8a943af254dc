import type { AccessDeps, CheckAccess } from './access-decision.ts';
import { type CloudflareKeys, createCloudflareKeys } from './cloudflare-keys.ts';
import { identityName } from './identity-name.ts';
import { isInTime, isSignedBy, type PublicKey, parseToken } from './json-web-token.ts';

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
  const keys = createCloudflareKeys(`${issuer}/cdn-cgi/access/certs`, deps);
  return async function checkCloudflareAccess(request) {
    const token = parseToken(request.headers.get(HEADER) ?? '');
    if (token === null) return null;
    const { header, claims } = token;
    // What needs no key first: nobody makes us ask for one with a token that is not for us.
    const isOurs = claims.iss === issuer && [claims.aud].flat().includes(audience);
    const hasTimes = claims.iat !== undefined && isInTime(claims, deps.now());
    if (header.alg !== 'RS256' || typeof header.kid !== 'string' || !isOurs || !hasTimes) return null;
    const key = await getKey(keys, header.kid);
    if (key === null || !(await isSignedBy(token, 'RS256', key))) return null;
    const identity = { how: 'cloudflareAccess', name: identityName(claims) } as const;
    return { kind: 'allowed', identity, proof: { kind: 'ambient' } };
  };
}

async function getKey(keys: CloudflareKeys, kid: string): Promise<PublicKey | null> {
  try {
    return await keys.get(kid);
  } catch (cause) {
    throw new Error('could not get the keys of Cloudflare Access', { cause });
  }
}
