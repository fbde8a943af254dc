import type { Journal } from '../journal/open-journal.ts';
import type { SetAsideReport } from '../source/sink/set-aside.ts';
import type { Source } from '../source/source.ts';
import type { SubscriptionBook } from '../subscriptions/book.ts';
import type { Readings } from './readings.ts';

/** Measures once what metrics show without counting it. */
export function takeReadings(of: {
  readonly journal: Pick<Journal, 'queues' | 'quota' | 'isDisabled' | 'writable'>;
  readonly book: Pick<SubscriptionBook, 'names'>;
  /** null before the cluster has answered. */
  readonly sources: { readonly pods: Source; readonly events: Source | null } | null;
  readonly setAside: SetAsideReport;
  readonly ready: boolean;
  readonly leading: boolean;
}): Readings {
  const { journal, book, sources, setAside, ready, leading } = of;
  const { pods = null, events = null } = sources ?? {};
  return {
    ready,
    leading,
    queues: journal.queues(),
    disabled: book.names().filter((name) => journal.isDisabled(name)),
    journal: journal.quota(),
    writable: journal.writable(),
    setAside,
    sources: Object.entries({ pods, events }).flatMap(([resource, source]) =>
      source === null ? [] : [{ resource, status: source.status() }],
    ),
  };
}
