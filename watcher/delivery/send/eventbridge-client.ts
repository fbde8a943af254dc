import { EventBridgeClient, type EventBridgeClientConfig } from '@aws-sdk/client-eventbridge';
import type { ConnectionSettings } from '../../../settings/outbound/connection-settings.ts';
import { CONNECT_DIRECTLY } from '../../../settings/outbound/proxy-rules.ts';
import type { EventBridgeTarget } from '../subscription-target.ts';
import { createAwsRequestHandler } from './aws-request-handler.ts';

export type EventBridgeDependencies = {
  /** Found by the SDK in its usual places unless given. */
  readonly credentials?: EventBridgeClientConfig['credentials'];
  /** What connections are made with, besides the system's certificates and resolver. */
  readonly connect?: ConnectionSettings['tls'];
};

/** The way to a bus: by the subscription's proxy, with the credentials that the SDK finds. */
export function createEventBridgeClient(
  { region, endpoint, timeoutMs, proxyFor = CONNECT_DIRECTLY }: EventBridgeTarget,
  { credentials, connect, connections }: EventBridgeDependencies & { readonly connections: number },
): EventBridgeClient {
  return new EventBridgeClient({
    // Retries are the dispatcher's: the SDK would hold a slot, and would know nothing of the journal.
    maxAttempts: 1,
    requestHandler: createAwsRequestHandler(proxyFor, {
      connections,
      connectTimeoutMs: timeoutMs,
      ...(connect && { tls: connect }),
    }),
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
  });
}

/** What the SDK found. `accessKeyId` is a name, no secret. */
type BusAccess = { readonly region: string; readonly accessKeyId: string };

/**
 * Finds region and credentials as the sender does, and puts nothing on the bus. Credentials from STS, SSO, the instance
 * or the Pod are asked for.
 *
 * @throws Error of the SDK when there are none; its message names where it looked.
 */
export async function findBusAccess(target: EventBridgeTarget): Promise<BusAccess> {
  const client = createEventBridgeClient(target, { connections: 1 });
  try {
    const region = await client.config.region();
    const { accessKeyId } = await client.config.credentials();
    return { region, accessKeyId };
  } finally {
    client.destroy();
  }
}
