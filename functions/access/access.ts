import type { Access, AccessDeps, CheckAccess, PageAccess } from './access-decision.ts';
import { createAlbAccess } from './alb-access.ts';
import { createCloudflareAccess } from './cloudflare-access.ts';
import { isLoopbackRequest } from './loopback-host.ts';
import type { PageOptions } from './page-options.ts';
import { createTokenAccess } from './token-access.ts';

/** @throws RangeError when an option cannot be used, naming it. */
export function createPageAccess(options: PageOptions, deps: AccessDeps): PageAccess {
  const { token, cloudflareAccess, alb, open = false } = options;
  const ways: [PageAccess['ways'][number], CheckAccess][] = [];
  if (token) ways.push(['token', createTokenAccess(token, { used: deps.claims, now: deps.now })]);
  if (cloudflareAccess) ways.push(['cloudflareAccess', createCloudflareAccess(cloudflareAccess, deps)]);
  if (alb) ways.push(['alb', createAlbAccess(alb, deps)]);
  if (ways.length === 0)
    return { ways: [], check: async (request) => (open ? openTo(request) : { kind: 'off' }) };
  return {
    ways: ways.map(([name]) => name),
    check: async (request) => {
      for (const [, check] of ways) {
        const access = await check(request);
        if (access !== null) return access;
      }
      return { kind: 'denied', why: 'noAccess' };
    },
  };
}

function openTo(request: Request): Access {
  if (!isLoopbackRequest(request)) return { kind: 'wrongHost' };
  return { kind: 'allowed', identity: { how: 'open', name: null }, proof: { kind: 'ambient' } };
}
