import {
  DescribeEventBusCommand,
  EventBridgeClient,
  type EventBridgeClientConfig,
} from '@aws-sdk/client-eventbridge';
import type { ConnectionSettings } from '../../../settings/outbound/connection-settings.ts';
import { CONNECT_DIRECTLY } from '../../../settings/outbound/proxy-rules.ts';
import type { EventBridgeTarget } from '../subscription-target.ts';
import { createAwsRequestHandler } from './aws-request-handler.ts';
import { classifyCallFailure } from './classify-eventbridge.ts';

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

type BusFound =
  /** `arn` is null where AWS does not say. */
  | { readonly kind: 'found'; readonly arn: string | null }
  | { readonly kind: 'absent' }
  /** Whether there is one may not be asked. */
  | { readonly kind: 'notAllowed' }
  /** `reason`: in a few words, such as `eventbridge UnrecognizedClientException`. */
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * Asks AWS for a bus, and puts nothing on it. It takes `events:DescribeEventBus`, which delivering does not.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeEventBus.html
 */
export async function lookUpBus(target: EventBridgeTarget, abortSignal: AbortSignal): Promise<BusFound> {
  const client = createEventBridgeClient(target, { connections: 1 });
  try {
    const { Arn } = await client.send(new DescribeEventBusCommand({ Name: target.busName }), { abortSignal });
    return { kind: 'found', arn: Arn ?? null };
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name === 'ResourceNotFoundException') return { kind: 'absent' };
    if (name === 'AccessDeniedException') return { kind: 'notAllowed' };
    const outcome = classifyCallFailure(error);
    return { kind: 'failed', reason: outcome.kind === 'delivered' ? 'failed' : outcome.reason };
  } finally {
    client.destroy();
  }
}
