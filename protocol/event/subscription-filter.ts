import type { Hook } from './event-type.ts';
import type { ContainerKind, GapEvent, LifecycleEvent } from './lifecycle-event.ts';

/**
 * Which events a subscription (or a handler) wants. A field that is left out admits everything, an empty list
 * nothing. All fields must agree.
 *
 * @property hooks hooks by name; `postStop` includes its amendments.
 * @property namespaces namespaces of the Pod.
 * @property selector Pod labels that must be there with exactly these values.
 * @property containers container names, of any kind. When left out: app containers and sidecars.
 */
export type SubscriptionFilter = {
  readonly hooks?: readonly Hook[];
  readonly namespaces?: readonly string[];
  readonly selector?: Readonly<Record<string, string>>;
  readonly containers?: readonly string[];
};

/** What a filter looks at: one container's hook, or an event that concerns the whole bridge. */
export type FilterSubject = ContainerSubject | GapSubject | { readonly hook: 'disabled' };

/** @property namespace the one that is concerned; absent: any may be. */
type GapSubject = { readonly hook: 'gap'; readonly namespace?: string };

type ContainerSubject = {
  readonly hook: Exclude<Hook, 'gap' | 'disabled'>;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly container: { readonly name: string; readonly kind: ContainerKind };
};

/**
 * Says whether a filter admits an event. `gap` and `disabled` belong to no Pod: for them only `hooks` counts, so
 * that a subscription learns of a gap whatever its namespaces are; of one that names a namespace only if it wants that.
 */
export function matchesSubscriptionFilter(filter: SubscriptionFilter, subject: FilterSubject): boolean {
  if (!admits(filter.hooks, subject.hook)) return false;
  if (subject.hook === 'disabled') return true;
  if (subject.hook === 'gap')
    return subject.namespace === undefined || admits(filter.namespaces, subject.namespace);
  return (
    admits(filter.namespaces, subject.namespace) &&
    matchesSelector(filter.selector, subject.labels) &&
    matchesContainer(filter.containers, subject.container)
  );
}

/**
 * The subject of an event. Take it before `serialiseEvent`, or know that labels of a truncated event
 * (`data.truncated`) may be missing.
 */
export function subjectOf(event: LifecycleEvent): FilterSubject {
  const { data } = event;
  if (data.hook === 'gap') return gapSubject(data);
  if (data.hook === 'disabled') return { hook: data.hook };
  const { hook, pod, container } = data;
  return {
    hook,
    namespace: pod.namespace,
    labels: pod.labels,
    container: { name: container.name, kind: container.kind },
  };
}

export function gapSubject({ namespace }: Pick<GapEvent['data'], 'namespace'>): GapSubject {
  return { hook: 'gap', ...(namespace !== undefined && { namespace }) };
}

function admits<T>(wanted: readonly T[] | undefined, value: T): boolean {
  return wanted === undefined || wanted.includes(value);
}

function matchesSelector(
  selector: SubscriptionFilter['selector'] = {},
  labels: ContainerSubject['labels'],
): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

function matchesContainer(
  names: SubscriptionFilter['containers'],
  { name, kind }: ContainerSubject['container'],
): boolean {
  return names === undefined ? kind === 'app' || kind === 'sidecar' : names.includes(name);
}
