import type { Hook } from '../../protocol/event/event-type.ts';
import { type ExitCodes, matchesExit } from '../../protocol/event/exit-filter.ts';
import { type LabelExpression, matchesLabelExpressions } from '../../protocol/event/label-expression.ts';
import type { ContainerEvent, LifecycleEvent, StopTrigger } from '../../protocol/event/lifecycle-event.ts';

export type OneOrMore<T extends string = string> = T | readonly T[];

/**
 * Which events a handler of the hook(s) `H` wants; every field given must match, a list means "any of these".
 *
 * @property cluster the cluster's name. The one field that events without a container (`gap`, `disabled`) have too:
 *   a filter with any other field leaves them out.
 * @property labels Pod labels; a label named here must be present with (one of) the value(s).
 * @property labelExpressions what else the labels must satisfy, as `matchExpressions` in Kubernetes; all of them.
 * @property container the container's name, of any kind.
 * @property trigger why the run is being ended: for handlers of `preStop` alone.
 * @property exitCodes how the run must have ended; a code that nobody knows is admitted neither by `In` nor by `NotIn`. For
 *   handlers of `postStop` alone, as is `reason`, for example `OOMKilled`.
 */
export type HookFilter<H extends Hook = Hook> = {
  readonly cluster?: OneOrMore;
  readonly namespace?: OneOrMore;
  readonly labels?: Readonly<Record<string, OneOrMore>>;
  readonly container?: OneOrMore;
  // In a tuple, so that a union of hooks is asked as a whole: one of them without a trigger rules it out.
  readonly trigger?: [H] extends ['preStop'] ? OneOrMore<StopTrigger> : never;
  readonly labelExpressions?: readonly LabelExpression[];
  readonly exitCodes?: [H] extends ['postStop'] ? ExitCodes : never;
  readonly reason?: [H] extends ['postStop'] ? OneOrMore : never;
};

/** A checked filter of whatever hook, as it is matched. */
export type AnyFilter = Omit<HookFilter, 'trigger' | 'exitCodes' | 'reason'> & {
  readonly trigger?: OneOrMore;
  readonly exitCodes?: ExitCodes;
  readonly reason?: OneOrMore;
};

/** Whether the event is one the filter asks for. */
export function matchesHookFilter(filter: AnyFilter, event: LifecycleEvent): boolean {
  const { data } = event;
  if (!includes(filter.cluster, data.cluster.name)) return false;
  if (data.hook === 'gap' || data.hook === 'disabled') return wantsEveryContainer(filter);
  return matchesContainer(filter, data) && matchesTrigger(filter, data) && matchesEnd(filter, data);
}

function matchesContainer(
  filter: AnyFilter,
  { pod, container }: Pick<ContainerEvent['data'], 'pod' | 'container'>,
): boolean {
  return (
    includes(filter.namespace, pod.namespace) &&
    includes(filter.container, container.name) &&
    matchesLabelExpressions(filter.labelExpressions, pod.labels) &&
    Object.entries(filter.labels ?? {}).every(([name, wanted]) => includes(wanted, labelOf(pod.labels, name)))
  );
}

function matchesTrigger(filter: AnyFilter, data: ContainerEvent['data']): boolean {
  return includes(filter.trigger, data.hook === 'preStop' ? data.stop.trigger : undefined);
}

function matchesEnd({ exitCodes, reason }: AnyFilter, data: ContainerEvent['data']): boolean {
  const reasons = typeof reason === 'string' ? [reason] : reason;
  return matchesExit({ exitCodes, reasons }, data.hook === 'postStop' ? data.exit : undefined);
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

function wantsEveryContainer(filter: AnyFilter): boolean {
  const { namespace, labels = {}, labelExpressions = [], container, trigger, exitCodes, reason } = filter;
  const fields = [namespace, container, trigger, exitCodes, reason];
  return (
    fields.every((field) => field === undefined) && Object.keys(labels).length + labelExpressions.length === 0
  );
}
