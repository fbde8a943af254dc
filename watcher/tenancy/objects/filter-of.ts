import type { SubscriptionFilter } from '../../../protocol/event/subscription-filter.ts';
import type { ObjectReference } from '../../subscriptions/objects/object-standing.ts';
import type { HookSpec } from './hook-spec.ts';

/**
 * Which events an object wants: of its own namespace, or of those that `namespaces` lists (null: of any).
 *
 * `offhook.dev/ignore` counts for HookSubscriptions alone: what the operator listens to, nobody who may write a Pod
 * switches off.
 *
 * @param namespaces those that the namespaceSelector of a ClusterHookSubscription selects now.
 */
export function filterOf(
  { namespace, name }: Pick<ObjectReference, 'namespace' | 'name'>,
  spec: HookSpec,
  namespaces: readonly string[] | null,
): SubscriptionFilter {
  const { hooks, selection, podSelector = {}, containers = [], exitCodes, reasons = [] } = spec;
  const { matchLabels, matchExpressions } = podSelector;
  const heard = namespace === null ? namespaces : [namespace];
  return {
    hooks,
    ...(heard !== null && { namespaces: heard }),
    ...(matchLabels && { selector: matchLabels }),
    ...(matchExpressions && { selectorExpressions: matchExpressions }),
    ...(containers.length > 0 && { containers }),
    ...(exitCodes && { exitCodes }),
    ...(reasons.length > 0 && { reasons }),
    ...(selection === 'Annotation' && { annotation: name }),
    ...(namespace !== null && { honoursIgnore: true }),
  };
}
