import type { ConnectionOptions } from 'node:tls';
import type { buildConnector } from 'undici';

/**
 * PEM. `ca`: trusted in place of the system's authorities; `cert`, with those that lead to its authority, and `key`: what
 * the client shows of itself.
 */
export type TargetTls = Pick<ConnectionOptions, 'ca' | 'cert' | 'key'>;

/** How connections are made, by any of the dispatchers of this folder. */
export type ConnectionSettings = {
  /** For an origin at the same time; undefined: as many as there are requests. */
  readonly connections?: number;
  /** For connecting: TCP, the proxy's answer, TLS. */
  readonly connectTimeoutMs: number;
  /** Bytes of one answer, its head included; undefined: as many as come. */
  readonly answerLimitBytes?: number;
  /** Besides the system's certificates and resolver, for targets and proxies. */
  readonly tls?: Pick<buildConnector.BuildOptions & ConnectionOptions, 'ca' | 'lookup'>;
  /** For targets alone, before {@link tls}: a proxy on the way is neither shown the certificate nor trusted by the authority. */
  readonly targetTls?: TargetTls;
  /** How targets are connected to that no proxy leads to, in place of all the above but the limits. */
  readonly reach?: buildConnector.connector;
};
