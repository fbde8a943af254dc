import type { SigningSecret } from '../../protocol/signature/signing-secret.ts';
import type { TargetTls } from '../../settings/outbound/connection-settings.ts';
import type { ProxyFor } from '../../settings/outbound/http-proxy.ts';
import type { Ordering } from './delivery-store.ts';

/** How patiently, and where, one subscription is delivered. */
export type SubscriptionTarget = WebhookTarget | EventBridgeTarget;

type Patience = {
  readonly name: string;
  /** Deliveries at the same time, 1 to 256. */
  readonly concurrency: number;
  /** Deadline of one attempt, until the answer has been read. */
  readonly timeoutMs: number;
  /** Waits before the second, third, … attempt; the first is immediate and not listed. */
  readonly schedule: readonly number[];
  readonly ordering: Ordering;
  /** Give up an event past its `expirytime` instead of sending it late. */
  readonly dropExpired: boolean;
  /** Which proxy leads to a URL; left out: none does. */
  readonly proxyFor?: ProxyFor;
};

export type WebhookTarget = Patience & {
  readonly kind: 'webhook';
  readonly url: string;
  /** The current secret first, then those still accepted during a rotation. */
  readonly secrets: readonly SigningSecret[];
  readonly bearerToken?: string;
  readonly allowHttp: boolean;
  /** How the receiver is known, and how it knows us, beyond signatures; left out: the system's authorities. */
  readonly tls?: TargetTls;
};

export type EventBridgeTarget = Patience & {
  readonly kind: 'eventBridge';
  readonly busName: string;
  /** Unless given, the SDK finds it as it finds the credentials. */
  readonly region?: string;
  readonly endpoint?: string;
};
