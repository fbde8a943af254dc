import type { ClaimStore } from '../../../consumer/claim-store.ts';
import type { Intake } from '../../../ingress/intake.ts';
import type { EventKey, Receipts } from '../../../ingress/receipts.ts';
import type { ContainerStateStore, StateKey } from '../../../ordering/container-states.ts';
import type { Claims } from './claims-object.ts';
import { shardName } from './shard-name.ts';

/** The calls of a `Claims` object, as its stub offers them over RPC. */
type ClaimsStub = Pick<
  Claims,
  | 'take'
  | 'repeats'
  | 'told'
  | 'addReceipt'
  | 'deliveries'
  | 'claim'
  | 'complete'
  | 'fail'
  | 'recorded'
  | 'reopen'
  | 'readState'
  | 'writeState'
>;

/** The binding `CLAIMS`, reduced to what is called. */
export interface ClaimsNamespace {
  idFromName(name: string): unknown;
  get(id: unknown): ClaimsStub;
}

/** Receipts, claims and the states of containers in Durable Objects, which put what comes in into the queue, too. */
export function createDurableObjectClaims(
  namespace: ClaimsNamespace,
): ClaimStore & Receipts & Intake & ContainerStateStore {
  const ids = new Map<string, unknown>();
  const objectOf = (kept: 'receipts' | 'claims', source: string, partitionKey: string) => {
    const name = shardName(kept, source, partitionKey);
    const id = ids.get(name) ?? namespace.idFromName(name);
    ids.set(name, id);
    return namespace.get(id);
  };
  const receiptOf = (key: EventKey) => objectOf('receipts', key.source, key.partitionKey);
  const claimOf = (key: EventKey) => objectOf('claims', key.source, key.partitionKey);
  const stateOf = (key: StateKey) => objectOf('claims', key.stream, key.partitionKey);
  return {
    take: ({ key, told }, message) => receiptOf(key).take({ eventId: key.eventId, told, message }),
    repeats: (key, nowMs) => receiptOf(key).repeats(key.eventId, nowMs),
    told: (key) => receiptOf(key).told(key.eventId),
    add: (key, nowMs, told) => receiptOf(key).addReceipt(key.eventId, nowMs, told),
    deliveries: (key) => receiptOf(key).deliveries(key.eventId),
    claim: (key, leaseMs, nowMs) => claimOf(key).claim(key, leaseMs, nowMs),
    complete: (key, run, nowMs) => claimOf(key).complete(key, run, nowMs),
    fail: (key, run, retryAtMs) => claimOf(key).fail(key, run, retryAtMs),
    recorded: (key, attempts) => claimOf(key).recorded(key, attempts),
    reopen: (key, nowMs) => claimOf(key).reopen(key, nowMs),
    readState: (key) => stateOf(key).readState(key),
    writeState: (key, next, nowMs) => stateOf(key).writeState(key, next, nowMs),
  };
}
