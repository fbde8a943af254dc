import type { Access, CheckAccess, PageAccess } from '../access-decision.ts';
import { createAlbAccess } from '../alb/alb-access.ts';
import { createCloudflareAccess } from '../cloudflare/cloudflare-access.ts';
import type { KeyServerDeps } from '../identity/ask-key-server.ts';
import { checkOpen } from '../open-access.ts';
import type { PageOptions } from '../page-options.ts';
import type { UsedLinks } from '../token/login-link.ts';
import { createTokenAccess } from '../token/token-access.ts';

/** @property claims where it is remembered that a one-time link was used. */
type AccessDeps = KeyServerDeps & { readonly claims: UsedLinks };

/**
 * Asks each way in that is switched on, in the order token, Cloudflare Access, load balancer; the first that lets
 * somebody in decides. What one of them finds wrong is told only where no other does.
 *
 * @throws RangeError when an option cannot be used, naming it.
 */
export function createPageAccess(options: PageOptions, deps: AccessDeps): PageAccess {
  const { token, cloudflareAccess, alb, open = false } = options;
  const ways: [PageAccess['ways'][number], CheckAccess][] = [];
  if (token) ways.push(['token', createTokenAccess(token, { used: deps.claims, clock: deps.clock })]);
  if (cloudflareAccess) ways.push(['cloudflareAccess', createCloudflareAccess(cloudflareAccess, deps)]);
  if (alb) ways.push(['alb', createAlbAccess(alb, deps)]);
  if (ways.length === 0)
    return { ways: [], check: async (request) => (open ? checkOpen(request) : { kind: 'off' }) };
  return {
    ways: ways.map(([name]) => name),
    check: async (request) => {
      let denied: Access = { kind: 'denied', why: 'noAccess' };
      for (const [, check] of ways) {
        const access = await check(request);
        if (access !== null && access.kind !== 'denied') return access;
        denied = access ?? denied;
      }
      return denied;
    },
  };
}
