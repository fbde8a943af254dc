import type { LifecycleEvent } from '../../protocol/lifecycle-event.ts';

export type OneOrMore = string | readonly string[];

/**
 * Which containers a handler wants; every field given must match, a list means "any of these". Events that
 * concern no container (`gap`, `disabled`) match only the empty filter.
 *
 * @property labels Pod labels; a label named here must be present with (one of) the value(s).
 */
export type HookFilter = {
  readonly namespace?: OneOrMore;
  readonly labels?: Readonly<Record<string, OneOrMore>>;
  readonly container?: OneOrMore;
};

/** Whether the event is one the filter asks for. */
export function matchesFilter(filter: HookFilter, event: LifecycleEvent): boolean {
  if (event.data.hook === 'gap' || event.data.hook === 'disabled') return isEmpty(filter);
  const { pod, container } = event.data;
  return (
    includes(filter.namespace, pod.namespace) &&
    includes(filter.container, container.name) &&
    Object.entries(filter.labels ?? {}).every(([name, wanted]) => includes(wanted, labelOf(pod.labels, name)))
  );
}

function includes(wanted: OneOrMore | undefined, actual: string | undefined): boolean {
  if (wanted === undefined) return true;
  if (actual === undefined) return false;
  return typeof wanted === 'string' ? wanted === actual : wanted.includes(actual);
}

/** Own labels only: a Pod without the label `constructor` has no such label. */
function labelOf(labels: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(labels, name) ? labels[name] : undefined;
}

function isEmpty({ namespace, labels, container }: HookFilter): boolean {
  return namespace === undefined && container === undefined && Object.keys(labels ?? {}).length === 0;
}
