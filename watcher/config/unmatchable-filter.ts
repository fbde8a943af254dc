import type { SubscriptionFilter } from '../../protocol/event/subscription-filter.ts';
import { nearest } from '../../settings/nearest.ts';

/** What the kubelet and runtimes give as reasons, so far as Offhook has seen or read of them. */
const KNOWN_REASONS = [
  ...['Completed', 'Error', 'OOMKilled', 'StartError', 'ContainerCannotRun', 'ContainerStatusUnknown'],
  ...['DeadlineExceeded', 'CreateContainerError', 'RunContainerError', 'RestartingAllContainers', 'Unknown'],
];
/** Ends whose exit code is made up, so that nobody knows it. */
const WITHOUT_CODE = new Set(['ContainerStatusUnknown', 'RestartingAllContainers']);

/** Why a filter admits no event of any Pod, or one of its reasons none: a sentence each, without a subject. */
export function unmatchable(filter: SubscriptionFilter): string[] {
  return [...contradictingLabels(filter), ...contradictingEnds(filter), ...misspeltReasons(filter)];
}

function contradictingLabels({ selector = {}, selectorExpressions = [] }: SubscriptionFilter): string[] {
  const exact = Object.entries(selector).map(
    ([key, value]) => ({ key, operator: 'In', values: [value] }) as const,
  );
  const byKey = Map.groupBy([...exact, ...selectorExpressions], ({ key }) => key);
  return [...byKey].flatMap(([key, all]) => {
    const ofOperator = (operator: string) => all.filter((each) => each.operator === operator);
    const lists = ofOperator('In').map(({ values = [] }) => values);
    const [first, ...others] = lists;
    const mustExist = first !== undefined || ofOperator('Exists').length > 0;
    if (mustExist && ofOperator('DoesNotExist').length > 0)
      return [`matches no Pod: the label ${key} must be there and must not`];
    if (first === undefined) return [];
    const refused = new Set(ofOperator('NotIn').flatMap(({ values = [] }) => values));
    const isPossible = first.some(
      (value) => !refused.has(value) && others.every((list) => list.includes(value)),
    );
    return isPossible
      ? []
      : [`matches no Pod: no value of the label ${key} satisfies all that is asked of it`];
  });
}

function contradictingEnds({ exitCodes, reasons }: SubscriptionFilter): string[] {
  if (exitCodes === undefined || reasons === undefined) return [];
  if (reasons.every((reason) => WITHOUT_CODE.has(reason)))
    return [`matches no end: with ${reasons.join(' and ')} nobody knows the exit code`];
  const admitsZero = exitCodes.values.includes(0) === (exitCodes.operator === 'In');
  if (reasons.every((reason) => reason === 'Completed') && !admitsZero)
    return ['matches no end: Completed has exit code 0, which exitCodes leaves out'];
  return [];
}

function misspeltReasons({ reasons = [] }: SubscriptionFilter): string[] {
  return reasons.flatMap((reason) => {
    if (KNOWN_REASONS.includes(reason)) return [];
    const near = nearest(reason, KNOWN_REASONS);
    return near === undefined ? [] : [`reason ${reason} is not known; did you mean ${near}?`];
  });
}
