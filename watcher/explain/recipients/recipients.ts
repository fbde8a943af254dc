import type { ContainerSubject, SubscriptionFilter } from '../../../protocol/event/subscription-filter.ts';
import { matchesSubscriptionFilter } from '../../../protocol/event/subscription-filter.ts';
import type { FoundSubscription } from './found-subscriptions.ts';
import type { KnownNamespaceLabels } from './namespace-labels.ts';

/** What a subscription asks of an event, in the order in which it is told why none is right. */
const STAGES = [
  'namespace',
  'selector',
  'annotation',
  'ignored',
  'container',
  'hook',
  'exitCodes',
  'reasons',
] as const;
type Stage = (typeof STAGES)[number];

/** Who gets one event. @property perhaps those of which it rests on labels of a namespace that are not known. */
export type Recipients = { readonly names: readonly string[]; readonly perhaps: readonly string[] };

/**
 * What became of a subscription.
 *
 * @property stopped where it got none: the first thing asked for that no event satisfied which had satisfied all before
 *   it, and how many those were.
 */
export type Tally = {
  readonly subscription: FoundSubscription;
  readonly events: number;
  readonly perhaps: number;
  readonly stopped: { readonly stage: Stage; readonly left: number } | null;
};

/** Says of each event who gets it, and counts. */
export type RecipientCount = {
  add(subject: ContainerSubject): Recipients;
  tallies(): readonly Tally[];
};

export function countRecipients(
  subscriptions: readonly FoundSubscription[],
  namespaces: Pick<KnownNamespaceLabels, 'selects'>,
): RecipientCount {
  const counts = subscriptions.map((subscription) => ({
    ...{ subscription, events: 0, perhaps: 0 },
    /** How many events got past each stage. */
    past: STAGES.map(() => 0),
  }));
  let all = 0;
  return {
    add(subject) {
      all += 1;
      const names: string[] = [];
      const perhaps: string[] = [];
      for (const count of counts) {
        const { subscription, past } = count;
        const isInNamespace = inNamespace(subscription, subject, namespaces);
        let stage = 0;
        while (stage < STAGES.length && passes(STAGES[stage], subscription, subject, isInNamespace)) {
          past[stage] = (past[stage] ?? 0) + 1;
          stage += 1;
        }
        if (stage < STAGES.length) continue;
        if (isInNamespace === null) count.perhaps += 1;
        else count.events += 1;
        (isInNamespace === null ? perhaps : names).push(subscription.name);
      }
      return { names, perhaps };
    },
    tallies: () =>
      counts.map(({ past, ...count }) => {
        const at = past.indexOf(0);
        const stage = STAGES[at];
        const isNone = count.events + count.perhaps === 0 && stage !== undefined && all > 0;
        return { ...count, stopped: isNone ? { stage, left: past[at - 1] ?? all } : null };
      }),
  };
}

function inNamespace(
  { filter, namespaceSelector, watched }: FoundSubscription,
  { namespace }: ContainerSubject,
  namespaces: Pick<KnownNamespaceLabels, 'selects'>,
): boolean | null {
  if (watched?.includes(namespace) === false || filter.namespaces?.includes(namespace) === false)
    return false;
  return namespaceSelector === undefined ? true : namespaces.selects(namespaceSelector, namespace);
}

function passes(
  stage: Stage | undefined,
  { filter }: FoundSubscription,
  subject: ContainerSubject,
  isInNamespace: boolean | null,
): boolean {
  const { hooks, selector, selectorExpressions, containers, annotation, exitCodes, reasons } = filter;
  /** One field alone; without `containers` a filter leaves some kinds out, which is a stage of its own. */
  const alone = (part: SubscriptionFilter) =>
    matchesSubscriptionFilter({ containers: [subject.container.name], ...part }, subject);
  switch (stage) {
    case 'namespace':
      return isInNamespace !== false;
    case 'selector':
      return alone({ ...(selector && { selector }), ...(selectorExpressions && { selectorExpressions }) });
    case 'annotation':
      return annotation === undefined || alone({ annotation });
    case 'ignored':
      return alone({ honoursIgnore: filter.honoursIgnore ?? false });
    case 'container':
      return matchesSubscriptionFilter(containers ? { containers } : {}, subject);
    case 'hook':
      return hooks === undefined || alone({ hooks });
    case 'exitCodes':
      return alone({ exitCodes });
    case 'reasons':
      return alone({ reasons });
    case undefined:
      return true;
    default:
      return stage satisfies never;
  }
}
