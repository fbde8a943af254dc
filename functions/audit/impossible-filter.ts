import type { AuditFilter } from './audit-reader.ts';

/** Two fields of a filter that no record has both of, or not so. */
type ImpossiblePair = {
  readonly field: keyof AuditFilter;
  readonly beside: keyof AuditFilter;
  readonly kind: 'runsNameNoContainer' | 'onPostStopOnly' | 'endsBeforeItBegins';
};

const OF_RUNS = ['handler', 'handlerOutcome'] as const;
const OF_EVENTS = [
  'cluster',
  'namespace',
  'pod',
  'podUid',
  'container',
  'hook',
  'exitCode',
  'outcome',
] as const;
const OF_ENDS = ['exitCode', 'outcome'] as const;

/** Why no record can ever match a filter; null where one can. */
export function impossibleFilter(filter: AuditFilter): ImpossiblePair | null {
  const given = (field: keyof AuditFilter) => filter[field] !== undefined;
  const ofRuns = OF_RUNS.find(given);
  const ofEvents = OF_EVENTS.find(given);
  if (ofRuns !== undefined && ofEvents !== undefined)
    return { field: ofEvents, beside: ofRuns, kind: 'runsNameNoContainer' };
  const ofEnds = OF_ENDS.find(given);
  if (ofEnds !== undefined && filter.hook !== undefined && filter.hook !== 'postStop')
    return { field: ofEnds, beside: 'hook', kind: 'onPostStopOnly' };
  const { fromMs, toMs } = filter;
  return fromMs !== undefined && toMs !== undefined && fromMs >= toMs
    ? { field: 'fromMs', beside: 'toMs', kind: 'endsBeforeItBegins' }
    : null;
}
