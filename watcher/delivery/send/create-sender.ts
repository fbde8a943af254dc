import type { EventSender } from '../event-sender.ts';
import { retry } from '../outcome.ts';
import type { SubscriptionTarget } from '../subscription-target.ts';
import { createWebhookSender, type WebhookSenderDependencies } from './webhook-sender.ts';

/**
 * The sender for a subscription. The AWS SDK is loaded only when there is a bus to send to: it doubles the time that
 * the watcher takes to start.
 */
export async function createSender(
  target: SubscriptionTarget,
  dependencies: WebhookSenderDependencies,
): Promise<EventSender> {
  if (target.kind === 'unknown') return NOWHERE;
  if (target.kind === 'webhook') return createWebhookSender(target, dependencies);
  const { createEventBridgeSender } = await import('./eventbridge-sender.ts');
  return createEventBridgeSender(target);
}

/** What is held is never sent. */
const NOWHERE: EventSender = { send: async () => retry('target unknown'), close: async () => {} };
