import { createAddressSet } from './address-set.ts';
import { type Allowance, createAllowance, type EgressAllowance } from './allowance.ts';
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
  /** Names that lead to what is the cluster's: that of the API server. */
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
    const mayConnectTo = (address: string) =>
      (denial === null && isOpen(address)) || opened.some(({ addresses }) => addresses.has(address));
    const { address } = destination;
    if (address !== null && !mayConnectTo(address)) return denied('PrivateAddress');
    return { kind: 'look', destination, opened, mayConnectTo };
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
        const { destination, opened, mayConnectTo } = looked;
        const { host, port, address } = destination;
        const asNamed = opened.some(({ isNamed }) => isNamed);
        const addresses = address === null ? await resolve(host, { asNamed }) : [address];
        if (addresses.length === 0 || !addresses.every(mayConnectTo)) return denied('PrivateAddress');
        return { kind: 'open', host, port, addresses, mayConnectTo };
      },
    }),
  };
}

/** @property opened what of `allow` covers the destination, as far as its address is not asked for. */
type Look = {
  readonly kind: 'look';
  readonly destination: Destination;
  readonly opened: readonly Allowance[];
  readonly mayConnectTo: (address: string) => boolean;
};
