import type { Access } from './access-decision.ts';

const LOOPBACK = /^(?:localhost|[a-z0-9-]+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Lets in whoever asks for a loopback name, and nobody else. */
export function checkOpen(request: Request): Access {
  if (!isLoopbackRequest(request)) return { kind: 'wrongHost' };
  return { kind: 'allowed', identity: { how: 'open', name: null }, proof: { kind: 'ambient' } };
}

/**
 * Whether the browser asked for a loopback name. A page on the internet can let its own name resolve to 127.0.0.1
 * (DNS rebinding) and would then pass for the same site; its `Host` gives it away.
 */
function isLoopbackRequest(request: Request): boolean {
  const { hostname } = new URL(request.url);
  const host = request.headers.get('host');
  return LOOPBACK.test(hostname) && (host === null || LOOPBACK.test(withoutPort(host)));
}

function withoutPort(host: string): string {
  return host.toLowerCase().replace(/:\d{1,5}$/, '');
}
