import type { ConfiguredTls } from '../config/subscription-tls.ts';
import type { ConfiguredWebhook, SubscriptionConfig } from '../config/watcher-config.ts';
import { DEFAULT_RETRY_SCHEDULE_MS } from '../delivery/queue/retry-schedule.ts';
import type { SubscriptionTarget, WebhookTarget } from '../delivery/subscription-target.ts';

/** Where and how patiently a configured subscription is delivered. The secrets are revealed here and nowhere else. */
export function deliveryTarget(subscription: SubscriptionConfig): SubscriptionTarget {
  const { target, filter: _, retryScheduleMs, ...rest } = subscription;
  const patience = { ...rest, schedule: retryScheduleMs ?? DEFAULT_RETRY_SCHEDULE_MS };
  return target.kind === 'webhook' ? { ...patience, ...revealed(target) } : { ...patience, ...target };
}

type Place = Omit<
  WebhookTarget,
  'name' | 'concurrency' | 'timeoutMs' | 'schedule' | 'ordering' | 'dropExpired'
>;

function revealed({ secret, previousSecrets, ...target }: ConfiguredWebhook): Place {
  const { bearerToken, oauth2, headers, tls, ...open } = target;
  return {
    ...open,
    secrets: [secret, ...previousSecrets].map((each) => each.reveal()),
    ...(bearerToken && { bearerToken: bearerToken.reveal() }),
    ...(oauth2 && { oauth2: { ...oauth2, clientSecret: oauth2.clientSecret.reveal() } }),
    ...(headers && {
      headers: headers.map(({ name, value }) => ({
        name,
        value: typeof value === 'string' ? value : value.reveal(),
      })),
    }),
    ...(tls && { tls: { ...(tls.ca && { ca: tls.ca }), ...(tls.client && clientOf(tls.client)) } }),
  };
}

function clientOf({ cert, key }: NonNullable<ConfiguredTls['client']>): { cert: string; key: string } {
  return { cert, key: key.reveal() };
}
