import { isPlainHttp } from './subscription-url.ts';
import { unmatchable } from './unmatchable-filter.ts';
import type { SubscriptionConfig, WatcherConfig } from './watcher-config.ts';

/** What is allowed but probably not meant: one sentence each, naming the subscription. */
export function adviceOn(config: WatcherConfig): string[] {
  return config.subscriptions.flatMap((subscription) => [
    ...unwatchedNamespaces(subscription, config),
    ...missingHookFailed(subscription, config),
    ...unencrypted(subscription),
    ...unmatchable(subscription.filter).map((why) => `subscription ${subscription.name}: ${why}`),
  ]);
}

function unwatchedNamespaces({ name, filter }: SubscriptionConfig, { watch }: WatcherConfig): string[] {
  const unwatched = filter.namespaces?.filter((namespace) => watch.namespaces?.includes(namespace) === false);
  if (unwatched === undefined || unwatched.length === 0) return [];
  return [`subscription ${name}: not in watch.namespaces, so never seen: ${unwatched.join(', ')}`];
}

function missingHookFailed({ name, filter }: SubscriptionConfig, { watch }: WatcherConfig): string[] {
  if (watch.kubeletEvents || filter.hooks?.includes('hookFailed') !== true) return [];
  return [`subscription ${name}: hookFailed comes from kubelet Events, and watch.kubeletEvents is false`];
}

function unencrypted({ name, target }: SubscriptionConfig): string[] {
  if (target.kind !== 'webhook' || !isPlainHttp(target.url)) return [];
  return [`subscription ${name}: plain http; events and bearer tokens travel unencrypted`];
}
