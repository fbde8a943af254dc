import type { Log } from '../../functions/ambient/log.ts';
import type { RegisterHandlers } from '../../functions/hooks/register-handlers.ts';
import type { ReceiverConfig } from '../../functions/platforms/node/config/receiver-config.ts';
import type { NodeReceiverOptions } from '../../functions/platforms/node/start-receiver.ts';
import { Secret } from '../../settings/secret.ts';
import { version } from '../terminal/version.ts';

/** What the receiver is started with; the handlers are the shipped ones where none are given. */
export type ReceiverOptions = NodeReceiverOptions &
  Required<Pick<NodeReceiverOptions, 'vars' | 'registerHandlers' | 'log'>>;

/** The one place where the secrets of the configuration are taken out of their wrapping. */
export function receiverOptions(
  config: ReceiverConfig,
  registerHandlers: RegisterHandlers,
  log: Log,
): ReceiverOptions {
  const { listen, metrics, dataDir, keys, page, vars, retentionMs, audit, proxyFor, egress, limits } = config;
  const { token, ...ways } = page;
  return {
    ...listen,
    metrics: metrics && { ...metrics, version: version() },
    dataDir,
    secrets: keys.reveal(),
    page: { ...ways, ...(token !== undefined && { token: token.reveal() }) },
    vars: Object.fromEntries(Object.entries(vars).map(([name, value]) => [name, textOf(value)])),
    retentionMs,
    audit: audit.reveal(),
    proxyFor,
    egress,
    ...limits,
    registerHandlers,
    log,
  };
}

function textOf(value: string | Secret<string>): string {
  return value instanceof Secret ? value.reveal() : value;
}
