import { decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { AccessDeps, CheckAccess } from './access-decision.ts';
import { createAlbKeys } from './alb-keys.ts';
import { identityName } from './identity-name.ts';

const ARN =
  /^arn:(aws|aws-us-gov):elasticloadbalancing:([a-z]{2}(?:-[a-z]+)+-\d):\d{12}:loadbalancer\/app\/[A-Za-z0-9-]{1,32}\/[0-9a-f]{16}$/;
const HEADER = 'x-amzn-oidc-data';
const CLOCK_TOLERANCE_SECONDS = 30;

/**
 * Lets in whom an Application Load Balancer has logged in. The token in its header must name this load balancer as
 * its signer: everyone on AWS can have one signed by some load balancer.
 *
 * @throws RangeError on what is not the ARN of an Application Load Balancer.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
 */
export function createAlbAccess(
  { arn }: { readonly arn: string },
  deps: Pick<AccessDeps, 'fetch' | 'now'>,
): CheckAccess {
  const [, partition, region] = ARN.exec(arn) ?? [];
  if (partition === undefined || region === undefined) {
    throw new RangeError(
      "the page's load balancer must be given as arn:aws:elasticloadbalancing:<region>:<account>:loadbalancer/app/<name>/<id>",
    );
  }
  const keys = createAlbKeys({ partition, region }, deps);
  return async function checkAlb(request) {
    const token = request.headers.get(HEADER);
    if (token === null) return null;
    try {
      const { alg, kid, signer, exp } = decodeProtectedHeader(token);
      const inTime = typeof exp === 'number' && exp + CLOCK_TOLERANCE_SECONDS > deps.now() / 1_000;
      if (alg !== 'ES256' || signer !== arn || !inTime) return null;
      const key = await keys.get(kid ?? '');
      if (key === null) return null;
      const { payload } = await jwtVerify(token, key, {
        algorithms: ['ES256'],
        requiredClaims: ['exp'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: new Date(deps.now()),
      });
      const identity = { how: 'alb', name: identityName(payload) } as const;
      return { kind: 'allowed', identity, proof: { kind: 'ambient' } };
    } catch (error) {
      // TypeError: what is given is no token at all.
      if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
      throw error;
    }
  };
}
