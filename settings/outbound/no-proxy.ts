import { BlockList, isIP } from 'node:net';

/** Whether a host (as in `URL.hostname`) is reached without a proxy. */
export type IsDirect = (hostname: string, port: number) => boolean;

type Rule = IsDirect;

/**
 * Reads `NO_PROXY`: entries separated by commas or white space, as curl and Go's programs take them.
 *
 * | entry | means |
 * |---|---|
 * | `*` | every host |
 * | `example.com`, `.example.com` | this host and those below it (`.example.com` includes `example.com`) |
 * | `*.example.com` | only those below it |
 * | `10.0.0.7`, `[::1]`, `10.0.0.0/8`, `fd00::/8` | an address, or a block of them; names are not looked up |
 * | any of them with `:443` | that port only |
 *
 * An entry that is none of these matches nothing.
 *
 * @see https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config
 */
export function parseNoProxy(text: string): IsDirect {
  const rules = text.split(/[\s,]+/).flatMap((entry) => ruleOf(entry.toLowerCase()) ?? []);
  return (hostname, port) => {
    const host = bareHost(hostname);
    return rules.some((matches) => matches(host, port));
  };
}

/** `localhost` and addresses of this machine: no proxy elsewhere can reach them. */
export function isLoopback(hostname: string): boolean {
  const host = bareHost(hostname);
  return host === 'localhost' || host.endsWith('.localhost') || LOOPBACK.check(host, family(host));
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

function ruleOf(entry: string): Rule | undefined {
  if (entry === '') return undefined;
  const { host, port } = splitPort(entry);
  const matches = hostRule(host);
  if (matches === undefined || port === null) return matches;
  return (hostname, at) => at === port && matches(hostname, at);
}

function hostRule(host: string): Rule | undefined {
  if (host === '*') return () => true;
  if (host.includes('/')) return blockRule(host);
  if (isIP(host) !== 0) {
    const block = new BlockList();
    block.addAddress(host, family(host));
    return (hostname) => isIP(hostname) !== 0 && block.check(hostname, family(hostname));
  }
  const name = host.replace(/^\*?\./, '').replace(/\.$/, '');
  if (name === '') return undefined;
  const below = `.${name}`;
  const alsoItself = !host.startsWith('*');
  return (hostname) => hostname.endsWith(below) || (alsoItself && hostname === name);
}

function blockRule(text: string): Rule | undefined {
  const [address = '', length = ''] = text.split('/', 2);
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (!/^\d{1,3}$/.test(length) || Number(length) > most) return undefined;
  const block = new BlockList();
  block.addSubnet(address, Number(length), family(address));
  return (hostname) => isIP(hostname) !== 0 && block.check(hostname, family(hostname));
}

/** An IPv6 address with a port stands in brackets; without brackets its colons are its own. */
function splitPort(entry: string): { readonly host: string; readonly port: number | null } {
  const match = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(entry);
  if (match === null) return { host: entry, port: null };
  const [, bracketed, plain = '', port] = match;
  return { host: bracketed ?? plain, port: port === undefined ? null : Number(port) };
}

function bareHost(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
