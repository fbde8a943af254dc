import type { SubscriptionFilter } from '../../../protocol/event/subscription-filter.ts';
import type { Locate } from '../../../settings/config-document.ts';
import type { ConfigFault } from '../../../settings/fault.ts';
import type { HookSpec } from '../../tenancy/objects/hook-spec.ts';

/** Which namespaces, by their labels; one without anything selects all. */
export type NamespaceSelector = NonNullable<HookSpec['namespaceSelector']>;

/**
 * A subscription that is asked about.
 *
 * @property name `billing` of an `offhook.yaml`, `shop/billing` or `*\/trail` of an object.
 * @property filter of a ClusterHookSubscription: without its namespaces.
 * @property namespaceSelector which namespaces a ClusterHookSubscription hears of, by their labels.
 * @property watched the namespaces that the watcher follows at all; absent: every one.
 */
export type FoundSubscription = {
  readonly name: string;
  readonly filter: SubscriptionFilter;
  readonly namespaceSelector?: NamespaceSelector;
  readonly watched?: readonly string[];
  readonly suspended: boolean;
};

export type FoundSubscriptions = {
  readonly subscriptions: readonly FoundSubscription[];
  readonly faults: readonly ConfigFault[];
};

/** A YAML document of a file. @property at where in `value` it begins for `locate`: items of a list have a path. */
export type FoundDocument = {
  readonly file: string;
  readonly value: unknown;
  readonly locate: Locate;
};
