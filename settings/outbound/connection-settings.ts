import type { ConnectionOptions } from 'node:tls';
import type { buildConnector } from 'undici';

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
};
