import { RUN_STATES, type RunState } from '../runs/container-run.ts';

/** What the reader wants to see; null for everything. The first four are texts to be equal to. */
export type PageFilter = {
  readonly cluster: string | null;
  readonly namespace: string | null;
  readonly pod: string | null;
  readonly container: string | null;
  readonly outcome: RunState | null;
  readonly problems: boolean;
};

/** @property packed whether Pods of one owner share lanes; `byName`: the groups are ordered so, not by what needs eyes. */
export type PageAddress = {
  readonly filter: PageFilter;
  readonly view: 'timeline' | 'table';
  readonly packed: boolean;
  readonly byName: boolean;
};

/** The filters that the server knows, too. */
export const NAME_FILTERS = ['cluster', 'namespace', 'pod', 'container'] as const;

export type NameFilter = (typeof NAME_FILTERS)[number];

export const NO_FILTER: PageFilter = { ...readNames(() => null), outcome: null, problems: false };

/** Kubernetes names end at 253 characters; cluster names are as long as their owners like, within reason. */
const MAX_TEXT = 300;

/** Reads the query of a page's URL; what it does not know, or cannot be, counts as not given. */
export function parseAddress(query: URLSearchParams): PageAddress {
  const text = (name: string) => query.get(name)?.trim().slice(0, MAX_TEXT) || null;
  const filter = {
    ...readNames(text),
    outcome: RUN_STATES.find((state) => state === query.get('outcome')) ?? null,
    problems: query.get('problems') === '1',
  };
  return {
    filter,
    view: query.get('view') === 'table' ? 'table' : 'timeline',
    packed: query.get('lanes') !== 'pod',
    byName: query.get('order') === 'name',
  };
}

/** The query for {@link parseAddress}, without its question mark; empty for the plain page. */
export function formatAddress({ filter, view, packed, byName }: PageAddress): string {
  const query = nameQuery(filter);
  if (filter.outcome !== null) query.set('outcome', filter.outcome);
  if (filter.problems) query.set('problems', '1');
  if (view === 'table') query.set('view', 'table');
  if (!packed) query.set('lanes', 'pod');
  if (byName) query.set('order', 'name');
  return query.toString();
}

/** The part of a filter that requests for data carry. */
export function nameQuery(filter: PageFilter): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of NAME_FILTERS) {
    const value = filter[name];
    if (value !== null) query.set(name, value);
  }
  return query;
}

/** The names of a filter, each as `read` finds it. */
export function readNames(read: (name: NameFilter) => string | null): Pick<PageFilter, NameFilter> {
  return {
    cluster: read('cluster'),
    namespace: read('namespace'),
    pod: read('pod'),
    container: read('container'),
  };
}
