import { type AddressSet, createAddressSet } from './address-set.ts';
import type { Destination } from './destination.ts';
import { isPublicAddress } from './public-address.ts';
import { METADATA_SERVICES, PRIVATE_USE } from './special-addresses.ts';

/**
 * What the operator opens besides the public Internet. Where both are given, a destination has to be among `hosts` and
 * `cidrs`.
 *
 * @property namespaces whose requests; left out: everybody's.
 * @property cidrs blocks of addresses, whatever they are.
 * @property hosts names, `*.example.com` for those below one. Without `cidrs` they may lead to public addresses, the
 *   cluster's and those of private use, but not to loopback, link-local ones and metadata services.
 * @property ports left out: those that are open to all, and 80 with `allowHttp`.
 */
export type EgressAllowance = {
  readonly namespaces?: readonly string[];
  readonly cidrs?: readonly string[];
  readonly hosts?: readonly string[];
  readonly ports?: readonly number[];
  readonly allowHttp?: boolean;
};

/** @property isNamed whether the operator named the host, so that this machine's own names (hosts file, search list) count. */
type Allowance = {
  readonly isNamed: boolean;
  covers(namespace: string | null, destination: Destination): boolean;
  readonly addresses: AddressSet;
};

const privateUse = createAddressSet(PRIVATE_USE);
const metadataServices = createAddressSet(METADATA_SERVICES);
const OF_NAMED_HOSTS: AddressSet = {
  has: (address) => isPublicAddress(address) || (privateUse.has(address) && !metadataServices.has(address)),
};

/** @throws RangeError for what is no block of addresses, or an allowance that names neither hosts nor blocks. */
export function createAllowance(given: EgressAllowance, openPorts: readonly number[]): Allowance {
  const { namespaces, cidrs, hosts, allowHttp = false } = given;
  if (cidrs === undefined && hosts === undefined) throw new RangeError('an allowance needs hosts or cidrs');
  const ports = given.ports ?? (allowHttp ? [...openPorts, 80] : openPorts);
  const matches = hosts?.map(hostPattern);
  return {
    isNamed: hosts !== undefined,
    addresses: cidrs === undefined ? OF_NAMED_HOSTS : createAddressSet(cidrs),
    covers(namespace, { host, address, port, isSecure }) {
      if (namespaces !== undefined && (namespace === null || !namespaces.includes(namespace))) return false;
      if (!ports.includes(port) || !(isSecure || allowHttp)) return false;
      return matches === undefined || (address === null && matches.some((matching) => matching(host)));
    },
  };
}

function hostPattern(pattern: string): (host: string) => boolean {
  if (!pattern.startsWith('*.')) return (host) => host === pattern;
  const below = pattern.slice(1);
  return (host) => host.endsWith(below) && host.length > below.length;
}
