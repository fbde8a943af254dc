import { counted } from '../../../settings/counted.ts';
import type { Recipients, Tally } from './recipients.ts';

const MOST_NAMED = 5;
const LABELS_UNKNOWN = 'labels of its namespace are not known';

/** Who gets an event, as a line below it. */
export function recipientsLine({ names, perhaps }: Recipients): string {
  const certain = names.length === 0 ? [] : [names.join(', ')];
  const uncertain = perhaps.length === 0 ? [] : [`perhaps ${perhaps.join(', ')} (${LABELS_UNKNOWN})`];
  const told = [...certain, ...uncertain].join('; ');
  return `    to ${told === '' ? 'nobody' : told}`;
}

/** What became of a subscription, as a line of the summary. */
export function tallyLine(tally: Tally, nameWidth: number): string {
  const { subscription, events, perhaps, stopped } = tally;
  const { name, suspended } = subscription;
  const result = stopped === null ? counts(events, perhaps) : [`none: ${whyNone(tally)}`];
  const held = suspended ? ['suspended: they wait until it is resumed'] : [];
  return `  ${name.padEnd(nameWidth)}  ${[...result, ...held].join('; ')}`;
}

function counts(events: number, perhaps: number): string[] {
  if (perhaps === 0) return [counted(events, 'event')];
  const certain = events === 0 ? [] : [counted(events, 'event')];
  return [...certain, `perhaps ${perhaps}${events === 0 ? '' : ' more'}: ${LABELS_UNKNOWN}`];
}

/** The same as one JSON object. */
export function tallyRecord(tally: Tally): Record<string, unknown> {
  const { subscription, events, perhaps, stopped } = tally;
  const { name: summaryOf, suspended } = subscription;
  return { summaryOf, events, perhaps, suspended, stoppedAt: stopped?.stage ?? null, why: whyNone(tally) };
}

function whyNone({ subscription, stopped }: Tally): string | null {
  if (stopped === null) return null;
  const { filter } = subscription;
  const none = `of what passes so far (${counted(stopped.left, 'event')}), none`;
  switch (stopped.stage) {
    case 'namespace':
      return `no event is of a Pod in ${namespacesOf(subscription)}`;
    case 'selector':
      return `${none} is of a Pod with its labels`;
    case 'annotation':
      return `${none} is of a Pod that names ${filter.annotation} in offhook.dev/subscribe`;
    case 'ignored':
      return `${none} is of a Pod without offhook.dev/ignore`;
    case 'container':
      return filter.containers === undefined
        ? `${none} is of an app container or a sidecar; others must be named in containers`
        : `${none} is of a container called ${listed(filter.containers)}`;
    case 'hook':
      return `${none} is of its hooks: ${listed(filter.hooks ?? [])}`;
    case 'exitCodes':
      return `${none} has an exit code that it wants; one that nobody knows never is`;
    case 'reasons':
      return `${none} has one of its reasons: ${listed(filter.reasons ?? [])}`;
    default:
      return stopped.stage satisfies never;
  }
}

function namespacesOf({ filter, namespaceSelector, watched }: Tally['subscription']): string {
  if (namespaceSelector !== undefined) return 'a namespace that its namespaceSelector selects';
  const wanted = filter.namespaces ?? watched ?? [];
  const isUnwatched = watched !== undefined && wanted.every((name) => !watched.includes(name));
  return `${listed(wanted)}${isUnwatched ? ', not in watch.namespaces' : ''}`;
}

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return `${names.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
