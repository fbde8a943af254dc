/** A block of addresses that are not hosts on the public Internet, and what they are. */
type SpecialBlock = readonly [cidr: string, what: string];

/**
 * Every block of the registry, also those that are "globally reachable" (none of them is where a webhook lives), multicast,
 * and addresses that clouds give a meaning of their own inside a machine.
 *
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 */
export const SPECIAL_IPV4: readonly SpecialBlock[] = [
  ['0.0.0.0/8', 'this network'],
  ['10.0.0.0/8', 'private use'],
  ['100.64.0.0/10', 'shared address space; the metadata service of Alibaba Cloud'],
  ['127.0.0.0/8', 'loopback'],
  ['168.63.129.16/32', 'the host of a machine on Azure'],
  ['169.254.0.0/16', 'link-local; the metadata services of most clouds'],
  ['172.16.0.0/12', 'private use'],
  ['192.0.0.0/24', 'protocol assignments; the metadata service of Oracle Cloud'],
  ['192.0.2.0/24', 'documentation'],
  ['192.31.196.0/24', 'AS112'],
  ['192.52.193.0/24', 'automatic multicast tunnelling'],
  ['192.88.99.0/24', '6to4 relays'],
  ['192.168.0.0/16', 'private use'],
  ['192.175.48.0/24', 'AS112'],
  ['198.18.0.0/15', 'benchmarking'],
  ['198.51.100.0/24', 'documentation'],
  ['203.0.113.0/24', 'documentation'],
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved, and the limited broadcast'],
];

/** Where unicast addresses of the Internet are. What is outside (loopback, mapped, link-local, ULA, multicast) is not public. */
export const GLOBAL_IPV6 = '2000::/3';

/**
 * What of {@link GLOBAL_IPV6} is special all the same. 2001::/23 holds Teredo, benchmarking and ORCHID.
 *
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
export const SPECIAL_IPV6: readonly SpecialBlock[] = [
  ['2001::/23', 'protocol assignments'],
  ['2001:db8::/32', 'documentation'],
  ['2002::/16', '6to4, which leads to an IPv4 address'],
  ['2620:4f:8000::/48', 'AS112'],
  ['3ffe::/16', '6bone, given back'],
  ['3fff::/20', 'documentation'],
];

/** The well-known prefix by which a network without IPv4 reaches it; it ends in the IPv4 address. @see RFC 6052 */
export const NAT64_PREFIX = '64:ff9b::';

/** What networks use inside: an operator who names a host means an address such as these. */
export const PRIVATE_USE: readonly string[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  'fc00::/7',
];

/** Within {@link PRIVATE_USE}: services that give a machine's credentials to whoever asks. */
export const METADATA_SERVICES: readonly string[] = [
  '100.100.100.200/32',
  'fd00:ec2::254/128',
  'fd20:ce::254/128',
  'fd00:42::42/128',
];
