import type { ObjectReference } from '../../subscriptions/objects/object-standing.ts';

/**
 * What the book, the journal, logs and metrics call an object's subscription: `shop/billing@5f0c1d9e`, or
 * `*\/billing@5f0c1d9e` of a ClusterHookSubscription. Names of the operator's file have no slash. The last part is the first group of the UID:
 * an object that was deleted and created again is another subscription, and nothing that waited for the first one goes
 * to the second.
 */
export function subscriptionNameOf({
  namespace,
  name,
  uid,
}: Pick<ObjectReference, 'namespace' | 'name' | 'uid'>): string {
  const [group = uid] = uid.split('-', 1);
  return `${namespace ?? '*'}/${name}@${group}`;
}

/** Whether a name is that of an object's subscription. */
export function isOfObject(subscription: string): boolean {
  return subscription.includes('/');
}

/** The namespace in the name of an object's subscription; null: it is of the cluster. */
export function namespaceOfName(subscription: string): string | null {
  const [namespace = '*'] = subscription.split('/', 1);
  return namespace === '*' ? null : namespace;
}
