import type { EndingKind } from './api/ending.ts';
import type { SourceStatus } from './reflector/source-health.ts';
import type { Source } from './source.ts';

/** What tells most first: one that does not watch says more than the others that do. */
const STATES: readonly SourceStatus['state'][] = [
  'waiting',
  'listing',
  'resuming',
  'idle',
  'watching',
  'disabled',
  'stopped',
];
/** Names in one sentence. */
const MOST_NAMED = 5;

type NamespaceSource = { readonly namespace: string | null; readonly source: Source };

/**
 * The sources of several namespaces as one, which is as well as the worst of them. When one fails the others are
 * stopped.
 */
export function joinSources(parts: readonly NamespaceSource[]): Source {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only.source;
  const sources = parts.map(({ source }) => source);
  let running: Promise<void> | null = null;

  async function stop(): Promise<void> {
    await Promise.all(sources.map((source) => source.stop()));
  }

  async function run(): Promise<void> {
    try {
      await Promise.all(sources.map((source) => source.start()));
    } finally {
      await stop();
    }
  }

  return {
    start() {
      running ??= run();
      return running;
    },
    async stop() {
      await stop();
      // Why it ended is heard by whoever started it.
      await running?.catch(() => {});
    },
    status: () => joined(parts.map(({ namespace, source }) => ({ namespace, status: source.status() }))),
  };
}

type NamespaceStatus = { readonly namespace: string | null; readonly status: SourceStatus };

function joined(all: readonly NamespaceStatus[]): SourceStatus {
  const statuses = all.map(({ status }) => status);
  // One that gave up for good says nothing of how the others are.
  const alive = statuses.filter(({ state }) => state !== 'disabled');
  const counted = alive.length > 0 ? alive : statuses;
  const error = errorOf(all);
  return {
    state: STATES.find((state) => statuses.some((status) => status.state === state)) ?? 'idle',
    lastContactMs: oldest(counted.map(({ lastContactMs }) => lastContactMs)),
    lastProgressMs: oldest(counted.map(({ lastProgressMs }) => lastProgressMs)),
    stale: statuses.some(({ stale }) => stale),
    refused: statuses.some(({ refused }) => refused),
    ...(error !== null && { error }),
    restarts: summed(statuses),
    missed: statuses.reduce((sum, { missed }) => sum + missed, 0),
  };
}

/** null as long as one has none: nobody can say for all of them. */
function oldest(times: readonly (number | null)[]): number | null {
  return times.reduce((least, time) => (least === null || time === null ? null : Math.min(least, time)));
}

/** Of those that are worst off, why the first one is, and the names of all. */
function errorOf(all: readonly NamespaceStatus[]): string | null {
  const troubled = all.filter(({ status }) => status.error !== undefined);
  const worst = troubled.filter(({ status }) => status.stale || status.refused);
  const told = worst.length > 0 ? worst : troubled;
  const error = told[0]?.status.error;
  if (error === undefined) return null;
  const names = told.map(({ namespace }) => namespace ?? '');
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  const where = `${names.slice(0, MOST_NAMED).join(', ')}${more}`;
  return `${names.length === 1 ? 'in the namespace' : 'in the namespaces'} ${where}: ${error}`;
}

function summed(statuses: readonly SourceStatus[]): SourceStatus['restarts'] {
  const sums: Partial<Record<EndingKind, number>> = {};
  for (const { restarts } of statuses) {
    for (const [cause, count] of Object.entries(restarts) as [EndingKind, number][])
      sums[cause] = (sums[cause] ?? 0) + count;
  }
  return sums;
}
