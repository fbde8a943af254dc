/** The kinds of objects that subscribe, as the API server calls them. */
export const SUBSCRIPTION_API = { group: 'offhook.dev', version: 'v1alpha1' } as const;

export const SUBSCRIPTION_KINDS = {
  HookSubscription: { plural: 'hooksubscriptions', namespaced: true },
  ClusterHookSubscription: { plural: 'clusterhooksubscriptions', namespaced: false },
} as const;

export type SubscriptionKind = keyof typeof SUBSCRIPTION_KINDS;

/** `offhook.dev/v1alpha1` */
export const SUBSCRIPTION_API_VERSION: string = `${SUBSCRIPTION_API.group}/${SUBSCRIPTION_API.version}`;
