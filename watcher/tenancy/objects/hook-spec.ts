import type { ClusterHookSubscriptionSpec } from '../../subscriptions/spec/hook-subscription-spec.ts';

/** A spec of either kind. What only a ClusterHookSubscription has is absent in the other. */
export type HookSpec = Omit<ClusterHookSubscriptionSpec, 'namespaceSelector'> &
  Partial<Pick<ClusterHookSubscriptionSpec, 'namespaceSelector'>>;
