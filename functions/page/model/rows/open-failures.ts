import type { TimelineEntry } from '../../../timeline/timeline.ts';
import type { PageFilter } from '../address/page-address.ts';
import { latestAttempts } from '../runs/handler-standing.ts';
import type { Lane } from '../runs/lane.ts';
import { noteConcerns } from '../runs/note-concerns.ts';
import type { ClusterNote } from '../runs/trail.ts';
import { plainOrder } from '../text/text-order.ts';
import { matchesNames, matchesRun } from './run-filter.ts';

/** A handler whose last attempt for an event was given up. @property where whom the event is about. */
export type OpenFailure = {
  readonly eventId: string;
  readonly handler: string;
  readonly attempt: number;
  readonly where: string;
  readonly occurredAtMs: number;
};

/** @property asked how many more there are of which somebody has asked for another run that has not ended. */
export type OpenFailures = { readonly failures: readonly OpenFailure[]; readonly asked: number };

export const NO_FAILURES: OpenFailures = { failures: [], asked: 0 };

/**
 * What a filter shows of the handlers that gave up and have not succeeded since, the oldest event first; those of one
 * event stand together.
 */
export function openFailures(
  lanes: Iterable<Lane>,
  notes: readonly ClusterNote[],
  filter: PageFilter,
): OpenFailures {
  const found: OpenFailure[] = [];
  let asked = 0;
  const look = (entry: TimelineEntry, where: string) => {
    for (const { handler, attempt, outcome } of latestAttempts(entry.runs)) {
      if (outcome !== 'givenUp') continue;
      if (isAsked(entry, handler, attempt)) asked += 1;
      else found.push({ eventId: entry.eventId, handler, attempt, where, occurredAtMs: entry.occurredAtMs });
    }
  };
  for (const lane of lanes) {
    if (!matchesNames(lane, filter)) continue;
    for (const run of lane.runs) {
      // Nothing is worse than a handler that gave up: a run that has one says so.
      if (run.standing !== 'givenUp' || !matchesRun(run, filter)) continue;
      for (const { entry } of run.marks) look(entry, lane.pod);
    }
  }
  for (const note of notes) if (isShown(note, filter)) look(note.entry, note.namespace ?? note.cluster);
  found.sort((a, b) => a.occurredAtMs - b.occurredAtMs || plainOrder(a.eventId, b.eventId));
  return { failures: found, asked };
}

/** Whoever looks at one Pod, or one outcome, does not mean the notes of its cluster. */
function isShown(note: ClusterNote, filter: PageFilter): boolean {
  const { pod, container, outcome } = filter;
  return pod === null && container === null && outcome === null && noteConcerns(note, filter);
}

function isAsked({ reruns = [] }: TimelineEntry, handler: string, attempt: number): boolean {
  return reruns.some((rerun) => rerun.handler === handler && rerun.afterAttempt >= attempt);
}
