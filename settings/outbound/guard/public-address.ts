import { isIP, SocketAddress } from 'node:net';
import { createAddressSet } from './address-set.ts';
import { GLOBAL_IPV6, NAT64_PREFIX, SPECIAL_IPV4, SPECIAL_IPV6 } from './special-addresses.ts';

const special = createAddressSet([...SPECIAL_IPV4, ...SPECIAL_IPV6].map(([cidr]) => cidr));
const global = createAddressSet([GLOBAL_IPV6, `${NAT64_PREFIX}/96`]);

/** The interface of an ISATAP address, which leads to the IPv4 address it ends in. @see RFC 5214, section 6.1 */
const ISATAP = /(?:::|:0:|:200:)5efe:[0-9a-f]{1,4}:[0-9a-f]{1,4}$/;

/**
 * Whether an address is that of a host on the public Internet: not in the IANA registries of special-purpose addresses, not
 * multicast, none of the forms that lead to an IPv4 address (mapped, compatible, 6to4, Teredo, ISATAP). Of those only NAT64
 * (64:ff9b::/96) is public, where its IPv4 address is: without it a cluster that has IPv6 alone reaches next to nothing.
 *
 * @param address as `node:net` writes it; anything else, one with a zone too, is not public.
 */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !special.has(address);
    case 6:
      if (address.includes('%') || !global.has(address) || special.has(address)) return false;
      return !ISATAP.test(new SocketAddress({ address, family: 'ipv6' }).address);
    default:
      return false;
  }
}
