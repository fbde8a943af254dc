import { BlockList, isIP } from 'node:net';
import { type Cidr, parseCidr } from './cidr.ts';
import { NAT64_PREFIX } from './special-addresses.ts';

/** Which addresses, as text. What is no address is not in it. */
export type AddressSet = { has(address: string): boolean };

/**
 * The addresses of blocks. One of IPv4 is in it as its NAT64 form, too, which leads to the same place; as a mapped form it is
 * not, because nobody's name leads to such an address.
 *
 * @throws RangeError for a text that is no block.
 */
export function createAddressSet(cidrs: readonly string[]): AddressSet {
  // Two, because one alone takes an IPv4 address for a mapped one.
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  const add = ({ address, prefix, family }: Cidr) => lists[family].addSubnet(address, prefix, family);
  for (const text of cidrs) {
    const cidr = parseCidr(text);
    if (cidr === undefined) throw new RangeError(`not a block of addresses: ${text}`);
    add(cidr);
    if (cidr.family === 'ipv4') {
      add({ address: NAT64_PREFIX + cidr.address, prefix: 96 + cidr.prefix, family: 'ipv6' });
    }
  }
  return {
    has(address) {
      const version = isIP(address);
      if (version === 0) return false;
      const family = version === 4 ? 'ipv4' : 'ipv6';
      return lists[family].check(address, family);
    },
  };
}
