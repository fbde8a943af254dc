import type { EventStanding } from './event-standing.ts';
import type { KnownEvent } from './known-event.ts';
import { isOfNewestRun, orderEvents } from './order-events.ts';

/** The newest events of a container, oldest first: at most {@link MOST_EVENTS}. */
export type KnownEvents = readonly KnownEvent[];

/** Four runs with all they can have. What is older changes nothing any more. */
export const MOST_EVENTS = 16;

/**
 * The state with one more event. The same events give the same state in whatever order they come, and however often;
 * an event that two watchers told differently is remembered as the one with the smaller facts.
 */
export function withEvent(state: KnownEvents, event: KnownEvent): KnownEvents {
  const known = state.find(({ id }) => id === event.id);
  const others = state.filter(({ id }) => id !== event.id);
  return orderEvents([...others, known === undefined ? event : smaller(known, event)]).slice(-MOST_EVENTS);
}

/** Where an event stands among what is known. */
export function standingOf(state: KnownEvents, event: KnownEvent): EventStanding {
  const index = state.findIndex(({ id }) => id === event.id);
  const latest = state.at(-1) ?? event;
  const run = event.run === null ? [] : state.filter((known) => known.run === event.run);
  if (latest.id !== event.id) {
    return { kind: 'stale', latest, newerRun: !isOfNewestRun(event, state), run };
  }
  return { kind: 'current', previous: state[index - 1] ?? null, run };
}

function smaller(a: KnownEvent, b: KnownEvent): KnownEvent {
  return orderingText(a) <= orderingText(b) ? a : b;
}

/** Any fixed order will do: it only has to be the same for everyone. */
function orderingText({ restartCount, ...event }: KnownEvent): string {
  return JSON.stringify([String(restartCount).padStart(12, '0'), event.sequence, event]);
}
