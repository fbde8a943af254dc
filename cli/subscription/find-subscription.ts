import { nearest } from '../../settings/nearest.ts';
import { SubscriptionError } from './subscription-error.ts';
import type { SubscriptionObjects } from './subscription-objects.ts';
import { placeText, type SubscriptionRecord, type SubscriptionScope } from './subscription-record.ts';

/** So many names are an answer, more are a list. */
const MOST_NAMED = 10;

/**
 * The object with a name. In all namespaces it must be the only one.
 *
 * @throws SubscriptionError when there is none, with what was probably meant, or when there are several.
 */
export async function findSubscription(
  objects: SubscriptionObjects,
  scope: SubscriptionScope,
  name: string,
): Promise<SubscriptionRecord> {
  if (scope.kind === 'HookSubscription' && scope.namespace === null) {
    const all = await objects.list(scope);
    const [found, ...others] = all.filter(({ place }) => place.name === name);
    if (found === undefined) throw await notFound(objects, scope, name);
    if (others.length === 0) return found;
    throw new SubscriptionError(
      `there are ${others.length + 1} HookSubscriptions called ${name}: ${named([found, ...others])}`,
      'Say which one with --namespace.',
    );
  }
  const found = await objects.get({ ...scope, name });
  if (found === null) throw await notFound(objects, scope, name);
  return found;
}

async function notFound(objects: SubscriptionObjects, scope: SubscriptionScope, name: string) {
  const { kind, namespace } = scope;
  const where = namespace === null ? '' : ` in the namespace ${namespace}`;
  const hints: string[] = [];
  const siblings = await knownOf(objects, scope);
  const near = nearest(name, siblings?.map(({ place }) => place.name) ?? []);
  if (near !== undefined) hints.push(`Did you mean ${near}?`);
  else if (siblings?.length === 0) hints.push(`There is no ${kind}${where} at all.`);
  else if (siblings !== null) hints.push(`There: ${named(siblings)}.`);
  const isNamespaced = kind === 'HookSubscription';
  const elsewhere = isNamespaced
    ? ({ kind: 'ClusterHookSubscription', namespace: null } as const)
    : ({ kind: 'HookSubscription', namespace: null } as const);
  const same = (await knownOf(objects, elsewhere))?.filter(({ place }) => place.name === name) ?? [];
  if (same.length > 0)
    hints.push(
      isNamespaced
        ? `There is a ClusterHookSubscription of this name: --cluster.`
        : `There is a HookSubscription of this name, without --cluster: ${named(same)}.`,
    );
  return new SubscriptionError(`there is no ${kind} ${name}${where}`, ...hints);
}

/** For a hint alone: null where it may not be asked. */
async function knownOf(objects: SubscriptionObjects, scope: SubscriptionScope) {
  try {
    return await objects.list(scope);
  } catch (error) {
    if (error instanceof SubscriptionError) return null;
    throw error;
  }
}

function named(records: readonly SubscriptionRecord[]): string {
  const more = records.length - MOST_NAMED;
  const names = records.slice(0, MOST_NAMED).map(({ place }) => placeText(place));
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
