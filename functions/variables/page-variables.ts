import type { PageOptions } from '../access/page-options.ts';

/**
 * Reads `PAGE_TOKEN`, `PAGE_OPEN`, `PAGE_ACCESS_TEAM` with `PAGE_ACCESS_AUDIENCE`, and `PAGE_ALB_ARN`; an empty one is
 * one that is not set. What each may hold is checked where it is used.
 *
 * @throws RangeError when one of a pair is missing, or `PAGE_OPEN` is neither `true` nor `false`.
 */
export function readPageOptions(vars: Readonly<Record<string, string | undefined>>): PageOptions {
  const { PAGE_TOKEN, PAGE_OPEN, PAGE_ACCESS_TEAM, PAGE_ACCESS_AUDIENCE, PAGE_ALB_ARN } = vars;
  if (PAGE_OPEN && PAGE_OPEN !== 'true' && PAGE_OPEN !== 'false') {
    throw new RangeError('PAGE_OPEN must be true or false');
  }
  if (Boolean(PAGE_ACCESS_TEAM) !== Boolean(PAGE_ACCESS_AUDIENCE)) {
    throw new RangeError('PAGE_ACCESS_TEAM and PAGE_ACCESS_AUDIENCE belong together: set both or none');
  }
  return {
    ...(PAGE_TOKEN && { token: PAGE_TOKEN }),
    ...(PAGE_OPEN === 'true' && { open: true }),
    ...(PAGE_ACCESS_TEAM &&
      PAGE_ACCESS_AUDIENCE && {
        cloudflareAccess: { team: PAGE_ACCESS_TEAM, audience: PAGE_ACCESS_AUDIENCE },
      }),
    ...(PAGE_ALB_ARN && { alb: { arn: PAGE_ALB_ARN } }),
  };
}
