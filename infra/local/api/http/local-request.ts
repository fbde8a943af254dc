import { isIP } from 'node:net';
import { ApiStatusError } from './status-error.ts';

/** The headers that say whom a request was meant for, and which page made it. */
type Addressing = { readonly host?: string | undefined; readonly origin?: string | undefined };

/**
 * Lets through only requests that were meant for this machine. A web page can make a browser ask a loopback port: by a
 * name of its own that it has resolved to 127.0.0.1 (DNS rebinding), which the Host header gives away, or across
 * origins, which the Origin header does.
 *
 * @param listening the address that is listened on; its own name is let in, and every IP address when it is a wildcard
 * @throws ApiStatusError 403 for any other host or origin.
 */
export function requireLocalRequest({ host, origin }: Addressing, listening: string): void {
  if (!isLocal(hostnameOf(`http://${host ?? ''}`), listening)) throw refused('host', 'a Host header');
  if (origin !== undefined && !isLocal(hostnameOf(origin), listening)) {
    throw refused('origin', 'an Origin header');
  }
}

/** As a URL has it: IPv4 addresses in their one form, IPv6 without brackets; '' for what is none. */
function hostnameOf(url: string): string {
  return (URL.parse(url)?.hostname ?? '').replace(/^\[(.*)\]$/, '$1');
}

function isLocal(hostname: string, listening: string): boolean {
  if (hostname === 'localhost' || hostname === '::1') return true;
  if (isIP(hostname) === 4 && hostname.startsWith('127.')) return true;
  const isWildcard = listening === '0.0.0.0' || listening === '::';
  return hostname !== '' && (hostname === listening || (isWildcard && isIP(hostname) !== 0));
}

function refused(what: string, header: string): ApiStatusError {
  return new ApiStatusError({
    code: 403,
    reason: 'Forbidden',
    message: `forbidden: ${header} of another ${what}; this local cluster answers only to 127.0.0.1, [::1] and localhost`,
  });
}
