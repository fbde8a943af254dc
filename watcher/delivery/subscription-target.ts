import type { SigningSecret } from '../../protocol/signature/signing-secret.ts';
import type { TargetTls } from '../../settings/outbound/connection-settings.ts';
import type { EgressGuard } from '../../settings/outbound/guard/create-guard.ts';
import type { ProxyFor } from '../../settings/outbound/http-proxy.ts';
import type { Ordering } from './delivery-store.ts';
import type { ServiceEndpoints } from './service-endpoints.ts';

/** How patiently, and where, one subscription is delivered. */
export type SubscriptionTarget = WebhookTarget | EventBridgeTarget | UnknownTarget;

type Patience = {
  readonly name: string;
  /** Whose it is: a namespace, with whose other subscriptions it shares; left out: the operator's own. */
  readonly tenant?: string;
  /** Why nothing is taken for now, while events go on being journalled; left out: it is delivered. */
  readonly held?: 'suspended' | 'unready';
  /** Deliveries at the same time, 1 to 256. */
  readonly concurrency: number;
  /** Attempts in any minute, from 1; left out: as many as there are. */
  readonly maxPerMinute?: number;
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
  /** A token is fetched for it, in place of {@link bearerToken}. */
  readonly oauth2?: OAuth2Client;
  /** Sent with each attempt, besides Offhook's own. The values are secrets. */
  readonly headers?: readonly { readonly name: string; readonly value: string }[];
  /** Where connections go in place of the name in the URL; then there is no proxy, and no DNS. */
  readonly service?: ServiceEndpoints;
  readonly allowHttp: boolean;
  /** How the receiver is known, and how it knows us, beyond signatures; left out: the system's authorities. */
  readonly tls?: TargetTls;
  /** Over where requests go, for a URL that a tenant has written; left out: wherever it says. */
  readonly guard?: EgressGuard;
};

/**
 * A client of an authorization server that gets tokens for itself.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4
 */
export type OAuth2Client = {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  readonly audience?: string;
};

export type EventBridgeTarget = Patience & {
  readonly kind: 'eventBridge';
  readonly busName: string;
  /** Unless given, the SDK finds it as it finds the credentials. */
  readonly region?: string;
  readonly endpoint?: string;
};

/** What the subscription names was not found yet, so it is {@link Patience.held}. */
type UnknownTarget = Patience & { readonly kind: 'unknown' };
