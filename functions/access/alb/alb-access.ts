import type { CheckAccess } from '../access-decision.ts';
import type { KeyServerDeps } from '../identity/ask-key-server.ts';
import { identityName } from '../identity/identity-name.ts';
import { canBeCurrent, parseToken, verifyToken } from '../identity/identity-token.ts';
import { createAlbKeys } from './alb-keys.ts';

const ARN =
  /^arn:(aws|aws-us-gov):elasticloadbalancing:([a-z]{2}(?:-[a-z]+)+-\d):\d{12}:loadbalancer\/app\/[A-Za-z0-9-]{1,32}\/[0-9a-f]{16}$/;
const HEADER = 'x-amzn-oidc-data';

/**
 * Lets in whom an Application Load Balancer has logged in. The token in its header must name this load balancer as
 * its signer: everyone on AWS can have one signed by some load balancer.
 *
 * @throws RangeError on what is not the ARN of an Application Load Balancer.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
 */
export function createAlbAccess({ arn }: { readonly arn: string }, deps: KeyServerDeps): CheckAccess {
  const keys = createAlbKeys(readAlbArn(arn), deps);
  return async function checkAlb(request) {
    const token = parseToken(request.headers.get(HEADER) ?? '');
    if (token === null) return null;
    const { header } = token;
    // What needs no key first. The header has an end of its own, which counts like that of the claims.
    const nowMs = deps.clock.nowMs();
    const isOurs = header.alg === 'ES256' && header.signer === arn && typeof header.kid === 'string';
    if (!isOurs || !canBeCurrent({ exp: header.exp }, nowMs) || !canBeCurrent(token.claims, nowMs))
      return null;
    const kid = String(header.kid);
    const key = await keys.get(kid);
    if (key === null) return null;
    const expected = { algorithm: 'ES256', requiredClaims: ['exp'], nowMs } as const;
    const claims = await verifyToken(token, () => key, expected);
    if (claims === null) return null;
    keys.prove(kid, key);
    const identity = { how: 'alb', name: identityName(claims) } as const;
    return { kind: 'allowed', identity, proof: { kind: 'ambient' } };
  };
}

/** Where the load balancer is. @throws RangeError on what is not the ARN of an Application Load Balancer. */
export function readAlbArn(arn: string): { readonly partition: string; readonly region: string } {
  const [, partition, region] = ARN.exec(arn) ?? [];
  if (partition !== undefined && region !== undefined) return { partition, region };
  throw new RangeError(
    "the page's load balancer must be given as arn:aws:elasticloadbalancing:<region>:<account>:loadbalancer/app/<name>/<id>",
  );
}
