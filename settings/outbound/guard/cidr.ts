import { isIP } from 'node:net';

/** A block of addresses. @property prefix how many of the first bits count. */
export type Cidr = { readonly address: string; readonly prefix: number; readonly family: 'ipv4' | 'ipv6' };

/** `10.0.0.0/8`, `fd00::/8`; an address alone is the block of it alone. Undefined for anything else. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = '', length, ...more] = text.split('/');
  const version = isIP(address);
  // A zone belongs to one machine; a mapped address is an IPv4 one, and is to be written so.
  if (version === 0 || more.length > 0 || /%|^::ffff:.*\./i.test(address)) return undefined;
  const most = version === 4 ? 32 : 128;
  if (length !== undefined && (!/^\d{1,3}$/.test(length) || Number(length) > most)) return undefined;
  return { address, prefix: Number(length ?? most), family: version === 4 ? 'ipv4' : 'ipv6' };
}
