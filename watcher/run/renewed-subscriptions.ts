import { isDeepStrictEqual } from 'node:util';
import type { SubscriptionConfig } from '../config/watcher-config.ts';
import { deliveryTarget } from './delivery-target.ts';
import { isSameDelivery } from './same-delivery.ts';

type Renewed = {
  /** As after, with the objects of before where they say the same. */
  readonly all: readonly SubscriptionConfig[];
  /** Names. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
};

/** What a file that was read again changes; of what it does not change nothing is built anew. */
export function renewedSubscriptions(
  before: readonly SubscriptionConfig[],
  after: readonly SubscriptionConfig[],
): Renewed {
  const known = new Map(before.map((each) => [each.name, each]));
  const names = new Set(after.map(({ name }) => name));
  const all = after.map((each) => {
    const was = known.get(each.name);
    return was !== undefined && saysTheSame(was, each) ? was : each;
  });
  return {
    all,
    added: all.filter(({ name }) => !known.has(name)).map(({ name }) => name),
    removed: before.filter(({ name }) => !names.has(name)).map(({ name }) => name),
    changed: all
      .filter((each) => known.has(each.name) && known.get(each.name) !== each)
      .map(({ name }) => name),
  };
}

function saysTheSame(was: SubscriptionConfig, is: SubscriptionConfig): boolean {
  return isDeepStrictEqual(was.filter, is.filter) && isSameDelivery(deliveryTarget(was), deliveryTarget(is));
}
