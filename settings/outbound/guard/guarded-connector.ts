import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import type { ConnectionSettings, TargetTls } from '../connection-settings.ts';
import type { EgressGuard, Passage } from './create-guard.ts';
import { DestinationDenied, denied } from './denial.ts';

type GuardedConnections = {
  /** For TCP, and again for TLS. Finding the host has a deadline of its own. */
  readonly connectTimeoutMs: number;
  readonly tls?: Pick<NonNullable<ConnectionSettings['tls']>, 'ca'>;
  readonly targetTls?: TargetTls;
  /** Whether a proxy would lead there that the guard does not trust: a host that cannot be reached without it is denied. */
  readonly passesOverProxy?: (url: URL) => boolean;
};

/** Ended by the far side before anything was sent. */
class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
  readonly code = 'ECONNRESET';
}

/** How long one address is tried before the next one is, too. Node's own 250 ms are too short for another continent. */
const ADDRESS_ATTEMPT_MS = 1_000;

/**
 * A connector that connects to the addresses the guard has judged, and to nothing else: the host is looked up once, by the
 * guard; the address that a connection has in the end is judged again; only then TLS begins, by the name of the host.
 *
 * Its failures: DestinationDenied, those of the guard's resolver, those of connections.
 */
export function createGuardedConnector(
  guard: EgressGuard,
  settings: GuardedConnections,
): buildConnector.connector {
  const { connectTimeoutMs: timeout, tls, targetTls, passesOverProxy = () => false } = settings;
  const secure = buildConnector({ timeout, allowH2: false, ...tls, ...targetTls });

  const reach = async (options: buildConnector.Options) => {
    const url = urlOf(options);
    const passage = url === null ? denied('Host') : await guard.resolve(url);
    if (passage.kind === 'denied') throw new DestinationDenied(passage);
    const socket = await connectTo(passage, timeout);
    const { remoteAddress } = socket;
    if (remoteAddress !== undefined && passage.mayConnectTo(remoteAddress)) return socket;
    socket.destroy();
    throw remoteAddress === undefined
      ? new ConnectionLost()
      : new DestinationDenied(denied('PrivateAddress'));
  };

  return (options, callback) => {
    reach(options).then(
      (socket) => {
        if (options.protocol !== 'https:') return callback(null, socket);
        // Without a host of its own to look up, TLS is spoken over the socket that is there.
        secure({ ...options, httpSocket: socket }, callback);
      },
      (error: Error) => {
        const url = urlOf(options);
        const isCutOff = url !== null && !(error instanceof DestinationDenied) && passesOverProxy(url);
        callback(isCutOff ? new DestinationDenied(denied('Proxy'), error) : error, null);
      },
    );
  };
}

/** As every other URL is read, so that an odd spelling of an address means here what it means there. */
function urlOf({ protocol, hostname, port }: buildConnector.Options): URL | null {
  const host = isIP(hostname) === 6 ? `[${hostname}]` : hostname;
  return URL.parse(`${protocol}//${host}${port ? `:${port}` : ''}`);
}

/** Plain TCP to one of the addresses, the next one where one does not answer. */
function connectTo({ host, port, addresses }: Passage, timeout: number) {
  const found = addresses.map((address) => ({ address, family: isIP(address) }));
  const connect = buildConnector({
    timeout,
    autoSelectFamilyAttemptTimeout: ADDRESS_ATTEMPT_MS,
    lookup: (_host, { all }, callback) => {
      const [first] = found;
      if (all) callback(null, found);
      else callback(null, first?.address ?? '', first?.family);
    },
  });
  return new Promise<NonNullable<Parameters<buildConnector.Callback>[1]>>((resolve, reject) => {
    connect({ hostname: host, host, protocol: 'http:', port: String(port) }, (...[error, socket]) => {
      if (error === null) resolve(socket);
      else reject(error);
    });
  });
}
