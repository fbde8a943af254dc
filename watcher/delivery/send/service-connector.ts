import { buildConnector } from 'undici';
import type { Clock } from '../../../settings/ambient/clock.ts';
import { withDeadline } from '../../../settings/ambient/deadline.ts';
import { errorCodeOf } from '../../../settings/ambient/describe-error.ts';
import type { ConnectionSettings, TargetTls } from '../../../settings/outbound/connection-settings.ts';
import type { ServiceEndpoints } from '../service-endpoints.ts';
import { ServiceUnavailable } from './service-unavailable.ts';

type ServiceConnections = {
  readonly clock: Clock;
  readonly connectTimeoutMs: number;
  readonly tls?: ConnectionSettings['tls'];
  readonly targetTls?: TargetTls;
};

/**
 * A connector to the Pods of a Service: each connection goes to the next of its endpoints, and once to the one after it when that
 * refuses. TLS is spoken by the name of the origin, so that a certificate for the Service counts, whichever Pod shows it.
 */
export function createServiceConnector(
  service: ServiceEndpoints,
  { clock, connectTimeoutMs: timeout, tls, targetTls }: ServiceConnections,
): buildConnector.connector {
  const connect = buildConnector({ timeout, allowH2: false, ...tls, ...targetTls });
  let turn = 0;

  async function findEndpoints() {
    const overdue = () => new ServiceUnavailable('its endpoints are not known in time');
    const found = await withDeadline(clock, { ms: timeout, overdue }, (signal) => service.find(signal));
    if (found.kind === 'none') throw new ServiceUnavailable(found.why);
    const first = turn++ % Math.max(1, found.endpoints.length);
    return [...found.endpoints.slice(first), ...found.endpoints.slice(0, first)];
  }

  return (options, callback) => {
    findEndpoints().then(
      ([first, second]) => {
        if (first === undefined) return callback(new ServiceUnavailable('no endpoint'), null);
        const to = ({ address, port }: { readonly address: string; readonly port: number }) => ({
          ...options,
          hostname: address,
          port: String(port),
          ...(options.protocol === 'https:' && { servername: options.hostname }),
        });
        connect(to(first), (...[error, socket]) => {
          if (error === null) callback(null, socket);
          else if (second === undefined || errorCodeOf(error) !== 'ECONNREFUSED') callback(error, null);
          else connect(to(second), callback);
        });
      },
      (error: Error) => callback(error, null),
    );
  };
}
