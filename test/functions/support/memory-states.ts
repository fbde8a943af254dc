import { setImmediate as turn } from 'node:timers/promises';
import type {
  ContainerStateStore,
  StateKey,
  StoredState,
} from '../../../functions/ordering/container-states.ts';

/** States in memory, for tests of the logic alone; each call lets others in between. */
export function createMemoryStates(): ContainerStateStore & {
  readonly stored: ReadonlyMap<string, StoredState>;
} {
  const stored = new Map<string, StoredState>();
  const nameOf = ({ stream, partitionKey }: StateKey) => `${stream} ${partitionKey}`;
  return {
    stored,
    readState: async (key) => {
      await turn();
      return stored.get(nameOf(key)) ?? null;
    },
    writeState: async (key, next) => {
      await turn();
      if ((stored.get(nameOf(key))?.version ?? 0) !== next.version - 1) return false;
      stored.set(nameOf(key), next);
      return true;
    },
  };
}
