import type { Hook } from './event-type.ts';
import { type ExitFilter, type ExitSubject, matchesExit } from './exit-filter.ts';
import { type LabelExpression, matchesLabelExpressions } from './label-expression.ts';
import type { ContainerKind, GapEvent, LifecycleEvent } from './lifecycle-event.ts';

/**
 * Which events a subscription (or a handler) wants. A field that is left out admits everything, an empty list
 * nothing. All fields must agree.
 *
 * @property hooks hooks by name; `postStop` includes its amendments.
 * @property namespaces namespaces of the Pod.
 * @property selector Pod labels that must be there with exactly these values.
 * @property selectorExpressions what else the Pod's labels must satisfy.
 * @property containers container names, of any kind. When left out: app containers and sidecars.
 * @property exitCodes how a run must have ended, which only `postStop` tells: with it, no other hook of a container is
 *   admitted. An amendment is matched by its corrected facts.
 * @property reasons likewise.
 * @property annotation a name that the Pod must list in its annotation `offhook.dev/subscribe`.
 * @property honoursIgnore whether Pods with the annotation `offhook.dev/ignore` are left out.
 */
export type SubscriptionFilter = ExitFilter & {
  readonly hooks?: readonly Hook[];
  readonly namespaces?: readonly string[];
  readonly selector?: Readonly<Record<string, string>>;
  readonly selectorExpressions?: readonly LabelExpression[];
  readonly containers?: readonly string[];
  readonly annotation?: string;
  readonly honoursIgnore?: boolean;
};

/** What a Pod asks for in the only two annotations that are read; no event tells them. */
export type PodAnnotations = { readonly subscribe: readonly string[]; readonly ignore: boolean };

export const NO_ANNOTATIONS: PodAnnotations = Object.freeze({ subscribe: Object.freeze([]), ignore: false });

/** What a filter looks at: one container's hook, or an event that concerns the whole bridge. */
export type FilterSubject = ContainerSubject | GapSubject | { readonly hook: 'disabled' };

/** @property namespace the one that is concerned; absent: any may be. */
type GapSubject = { readonly hook: 'gap'; readonly namespace?: string };

/**
 * @property annotations of the Pod; absent where they are not known, as of an event that was received: then it asks for
 *   nothing.
 * @property exit of a `postStop`.
 */
export type ContainerSubject = {
  readonly hook: Exclude<Hook, 'gap' | 'disabled'>;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: PodAnnotations;
  readonly exit?: ExitSubject;
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
    matchesLabelExpressions(filter.selectorExpressions, subject.labels) &&
    matchesContainer(filter.containers, subject.container) &&
    matchesExit(filter, subject.exit) &&
    matchesAnnotations(filter, subject.annotations)
  );
}

/**
 * The subject of an event. Take it before `serialiseEvent`, or know that labels of a truncated event
 * (`data.truncated`) may be missing. Of annotations no event tells.
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
    ...(data.hook === 'postStop' && { exit: { code: data.exit.code, reason: data.exit.reason } }),
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

function matchesAnnotations(
  { annotation, honoursIgnore = false }: SubscriptionFilter,
  { subscribe, ignore }: PodAnnotations = NO_ANNOTATIONS,
): boolean {
  if (honoursIgnore && ignore) return false;
  return annotation === undefined || subscribe.includes(annotation);
}
