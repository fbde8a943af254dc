import type { ContainerRun } from '../../model/runs/container-run.ts';
import type { Lane } from '../../model/runs/lane.ts';
import type { ClusterNote, Trail } from '../../model/runs/trail.ts';
import { fetchEvent } from '../feed/requests.ts';

type LinkedEvents = {
  onRun(lane: Lane, run: ContainerRun, eventId: string): void;
  onNote(note: ClusterNote): void;
};

/** Opens the event that the page's address names; one that is not among the loaded ones is asked for. */
export async function openLinked(eventId: string | null, trail: Trail, events: LinkedEvents): Promise<void> {
  if (eventId === null) return;
  if (trail.entry(eventId) === undefined) {
    const answer = await fetchEvent(eventId);
    if (answer.kind === 'answer') trail.add([answer.body.entry]);
  }
  for (const lane of trail.lanes().values()) {
    const run = lane.runs.find(({ marks }) => marks.some(({ entry }) => entry.eventId === eventId));
    if (run !== undefined) events.onRun(lane, run, eventId);
  }
  const note = trail.notes().find(({ entry }) => entry.eventId === eventId);
  if (note !== undefined) events.onNote(note);
}
