import type { WatcherConfig } from '../../../watcher/config/watcher-config.ts';
import { deliveryTarget } from '../../../watcher/run/delivery-target.ts';
import type { Examination, Examined } from '../examination/examination.ts';
import { ok } from '../examination/finding.ts';
import { createTurnstile } from '../examination/turnstile.ts';
import { checkBus } from './check-bus.ts';
import { checkWebhook } from './check-webhook.ts';

/** A thousand subscriptions are no reason to open a thousand connections. */
const MOST_AT_ONCE = 16;

/** Where there is no configuration, there are no subscriptions. */
export function skipSubscriptions({ check }: Examination, configuration: Examined<unknown>): void {
  const title = 'subscriptions';
  check({ id: 'subscriptions', group: 'Subscriptions', title, needs: [configuration], run: () => ok('') });
}

/** Each subscription as the watcher would deliver to it. */
export function checkSubscriptions(
  examination: Examination,
  configuration: Examined<unknown>,
  { subscriptions }: Pick<WatcherConfig, 'subscriptions'>,
): void {
  const takeTurn = createTurnstile(MOST_AT_ONCE);
  for (const subscription of subscriptions) {
    const target = deliveryTarget(subscription);
    if (target.kind === 'webhook') checkWebhook(examination, configuration, { target, takeTurn });
    else if (target.kind === 'eventBridge') checkBus(examination, configuration, target);
  }
}
