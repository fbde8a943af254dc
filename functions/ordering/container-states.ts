import type { LifecycleEvent } from '../../protocol/event/lifecycle-event.ts';
import type { Clock } from '../../settings/ambient/clock.ts';
import { type KnownEvents, standingOf, withEvent } from './container-state.ts';
import type { EventStanding, Observed } from './event-standing.ts';
import { isContainerEvent, type KnownEvent, knownEvent } from './known-event.ts';

/** Which container: `stream` is the event's `source` (a cluster), `partitionKey` its Pod UID and container. */
export type StateKey = { readonly partitionKey: string; readonly stream: string };

/** @property version 1 for the first one stored, then one more with each. */
export type StoredState = { readonly version: number; readonly state: string };

/**
 * Where states are kept, strongly consistent, for the retention since they last changed. A state is text of at most
 * some 10 kB.
 */
export interface ContainerStateStore {
  readState(key: StateKey): Promise<StoredState | null>;
  /**
   * Stores `next` if `next.version` is still the next one (1: if there is none). Says whether it was.
   *
   * @param nowMs milliseconds since the epoch.
   */
  writeState(key: StateKey, next: StoredState, nowMs: number): Promise<boolean>;
}

/** The latest known state of each container. */
export type ContainerStates = {
  /**
   * Remembers an event and says where it stands. Observing the same event again changes nothing.
   *
   * @throws when the store cannot be reached, or goes on changing for too long.
   */
  observe(event: LifecycleEvent): Promise<Observed>;
  /** Where an event stands now, without remembering it. */
  standing(event: LifecycleEvent): Promise<EventStanding>;
};

/** Each lost race means that someone else stored an event of this container; there are not many at a time. */
const MOST_RACES = 100;
const NOT_OF_A_CONTAINER: EventStanding = { kind: 'current', previous: null, run: [] };

/** @param now milliseconds since the epoch. */
export function createContainerStates(store: ContainerStateStore, clock: Clock): ContainerStates {
  return {
    observe: async (event) => {
      const subject = subjectOf(event);
      return subject === null ? NOT_OF_A_CONTAINER : remember(subject.key, subject.known);
    },
    standing: async (event) => {
      const subject = subjectOf(event);
      if (subject === null) return NOT_OF_A_CONTAINER;
      const { state } = await load(subject.key);
      return standingOf(withEvent(state, subject.known), subject.known);
    },
  };

  async function remember(key: StateKey, known: KnownEvent): Promise<Observed> {
    for (let race = 0; race < MOST_RACES; race++) {
      const { version, state } = await load(key);
      const next = withEvent(state, known);
      const before = JSON.stringify(state);
      const after = JSON.stringify(next);
      const written =
        before === after ||
        (await store.writeState(key, { version: version + 1, state: after }, clock.nowMs()));
      if (!written) continue;
      const latest = state.at(-1);
      const repeated = latest !== undefined && state.some(({ id }) => id === known.id);
      return repeated ? { kind: 'repeated', latest } : standingOf(next, known);
    }
    throw new Error(`the state of ${key.partitionKey} was changed by others ${MOST_RACES} times in a row`);
  }

  async function load(key: StateKey): Promise<{ version: number; state: KnownEvents }> {
    const stored = await store.readState(key);
    if (stored === null) return { version: 0, state: [] };
    return { version: stored.version, state: JSON.parse(stored.state) };
  }
}

function subjectOf(event: LifecycleEvent): { key: StateKey; known: KnownEvent } | null {
  if (!isContainerEvent(event)) return null;
  return { key: { partitionKey: event.partitionkey, stream: event.source }, known: knownEvent(event) };
}
