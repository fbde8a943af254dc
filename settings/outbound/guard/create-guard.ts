import { type AddressSet, createAddressSet } from './address-set.ts';
import { createAllowance, type EgressAllowance } from './allowance.ts';
import { denied, deniedPort, type EgressDenial } from './denial.ts';
import { type Destination, isPublicName, readDestination } from './destination.ts';
import { isPublicAddress } from './public-address.ts';
import type { ResolveHost } from './resolve-host.ts';

/** Where requests may go. */
export type EgressRules = {
  /** Open to everybody. @default 443 and 8443 */
  readonly ports?: readonly number[];
  /** Blocks of addresses that are the cluster's, whatever they are: Services, Pods, the API server. */
  readonly deniedCidrs?: readonly string[];
  /** Names of what is the cluster's, such as the API server: they are denied, and so are the addresses they lead to. */
  readonly deniedHosts?: readonly string[];
  readonly allow?: readonly EgressAllowance[];
  /** Whether the proxies that lead out look themselves where requests go. @default false */
  readonly proxyEnforces?: boolean;
};

/**
 * Where a request may be connected to.
 *
 * @property host for messages of the resolver, and where there is one address.
 * @property addresses all that the name led to, each of which may be connected to; nothing else may.
 * @property mayConnectTo for the address that a connection has in the end.
 */
export type Passage = {
  readonly kind: 'open';
  readonly host: string;
  readonly port: number;
  readonly addresses: readonly string[];
  mayConnectTo(address: string): boolean;
};

/** The guard over the requests of one namespace, or of one that has none (a receiver's own). */
export type EgressGuard = {
  /** What the URL alone says, without asking anybody where its host is; null: nothing against it. */
  judge(url: URL): EgressDenial | null;
  /**
   * {@link EgressGuard.judge}, and where the host leads to: every address has to be open.
   *
   * @throws with the resolver's code (ENOTFOUND, ETIMEOUT …) where the host leads nowhere.
   */
  resolve(url: URL): Promise<Passage | EgressDenial>;
  /** Whether a proxy may be asked in place of a connection that the guard can see. */
  readonly trustsProxies: boolean;
};

/** @property forNamespace null: whoever makes the requests belongs to none. */
export type Guard = { forNamespace(namespace: string | null): EgressGuard };

/** Those of https. */
export const OPEN_PORTS: readonly number[] = [443, 8443];

/**
 * Decides where requests may go whose URLs somebody else than the operator has written.
 *
 * @throws RangeError for a block of addresses that is none.
 */
export function createGuard(rules: EgressRules, resolve: ResolveHost): Guard {
  const { ports = OPEN_PORTS, deniedHosts = [], proxyEnforces = false } = rules;
  const deniedAddresses = createAddressSet(rules.deniedCidrs ?? []);
  const allowances = (rules.allow ?? []).map((each) => createAllowance(each, ports));

  const isOpen = (address: string) => isPublicAddress(address) && !deniedAddresses.has(address);

  const publicly = ({ isSecure, port, host, address }: Destination): EgressDenial | null => {
    if (!isSecure) return denied('Scheme');
    if (address === null && !(isPublicName(host) && !deniedHosts.includes(host))) return denied('Host');
    return ports.includes(port) ? null : deniedPort(port, ports);
  };

  const look = (namespace: string | null, url: URL): EgressDenial | Look => {
    if (url.username !== '' || url.password !== '') return denied('UserInfo');
    const destination = readDestination(url);
    if (destination === undefined) return denied(/^https?:$/.test(url.protocol) ? 'Host' : 'Scheme');
    const opened = allowances.filter((allowance) => allowance.covers(namespace, destination));
    const denial = publicly(destination);
    if (denial !== null && opened.length === 0) return denial;
    const isOpened = (address: string) => opened.some(({ addresses }) => addresses.has(address));
    const mayConnectTo = (address: string, ofDeniedHosts?: AddressSet) =>
      isOpened(address) || (denial === null && isOpen(address) && ofDeniedHosts?.has(address) !== true);
    const { address } = destination;
    if (address !== null && !mayConnectTo(address)) return denied('PrivateAddress');
    const asNamed = opened.some(({ isNamed }) => isNamed);
    return { kind: 'look', destination, asNamed, mayConnectTo };
  };

  const addressesOfDeniedHosts = async (): Promise<AddressSet> => {
    // One that leads nowhere now leads nobody there.
    const found = deniedHosts.map((name) => resolve(name, { asNamed: true }).catch(() => []));
    return createAddressSet((await Promise.all(found)).flat());
  };

  return {
    forNamespace: (namespace) => ({
      trustsProxies: proxyEnforces,
      judge(url) {
        const looked = look(namespace, url);
        return looked.kind === 'denied' ? looked : null;
      },
      async resolve(url) {
        const looked = look(namespace, url);
        if (looked.kind === 'denied') return looked;
        const { asNamed } = looked;
        const { host, port, address } = looked.destination;
        const [addresses, ofDeniedHosts] = await Promise.all([
          address === null ? resolve(host, { asNamed }) : [address],
          addressesOfDeniedHosts(),
        ]);
        const mayConnectTo = (to: string) => looked.mayConnectTo(to, ofDeniedHosts);
        if (addresses.length === 0 || !addresses.every(mayConnectTo)) return denied('PrivateAddress');
        return { kind: 'open', host, port, addresses, mayConnectTo };
      },
    }),
  };
}

/** @property asNamed whether the operator named the host. */
type Look = {
  readonly kind: 'look';
  readonly destination: Destination;
  readonly asNamed: boolean;
  readonly mayConnectTo: (address: string, ofDeniedHosts?: AddressSet) => boolean;
};
