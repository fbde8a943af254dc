import type { ContainerStateStore, StateKey } from '../../../ordering/container-states.ts';
import type { VersionedItems } from '../dynamodb/versioned-items.ts';

/**
 * The states of containers in the table of the claims: `pk` is `state#<stream>#<partition key>`, the attributes
 * `stateVersion` and `state`.
 */
export function createDynamoDbStates(items: VersionedItems): ContainerStateStore {
  const pkOf = ({ stream, partitionKey }: StateKey) => `state#${stream}#${partitionKey}`;
  return {
    readState: async (key) => {
      const item = await items.read(pkOf(key));
      return item === null ? null : { version: Number(item.stateVersion), state: String(item.state) };
    },
    writeState: (key, { version, state }, nowMs) =>
      items.change(pkOf(key), nowMs, (item) => {
        const next = version === 1 ? item === null : Number(item?.stateVersion) === version - 1;
        return { next: next ? { stateVersion: version, state } : null, result: next };
      }),
  };
}
