import { isIPv6 } from 'node:net';

const MAPPED = /^::ffff:(?=\d+\.)/i;

/**
 * What counts as one address: an IPv4 address, also as IPv6 writes it, and of IPv6 the network of 64 bits, which one
 * machine has for itself.
 */
export function peerAddress(remoteAddress: string | undefined): string {
  const address = (remoteAddress ?? '').replace(MAPPED, '');
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.replace(/%.*$/, '').split('::');
  const groups = head.split(':').filter((group) => group !== '');
  if (tail === undefined) return `${groups.slice(0, 4).join(':')}::/64`;
  const behind = tail.split(':').filter((group) => group !== '');
  const zeros = Array<string>(Math.max(0, 8 - groups.length - behind.length)).fill('0');
  return `${[...groups, ...zeros, ...behind].slice(0, 4).join(':')}::/64`;
}
