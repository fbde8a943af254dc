import type { ClaimStore } from '../../../consumer/claim-store.ts';
import type { EventKey } from '../../../ingress/event-key.ts';
import type { Receipts } from '../../../ingress/receipts.ts';
import type { ContainerStateStore } from '../../../ordering/container-states.ts';
import type { Claims } from './claims-object.ts';

/** The calls of a `Claims` object, as its stub offers them over RPC. */
type ClaimsStub = Pick<
  Claims,
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

/** Receipts, claims and the container's state in one Durable Object a container. */
export function createDurableObjectClaims(
  namespace: ClaimsNamespace,
): ClaimStore & Receipts & ContainerStateStore {
  const objectOf = (source: string, { partitionKey }: Pick<EventKey, 'partitionKey'>) =>
    namespace.get(namespace.idFromName(`${source} ${partitionKey}`));
  return {
    repeats: (key, nowMs) => objectOf(key.source, key).repeats(key.eventId, nowMs),
    told: (key) => objectOf(key.source, key).told(key.eventId),
    add: (key, nowMs, told) => objectOf(key.source, key).addReceipt(key.eventId, nowMs, told),
    deliveries: (key) => objectOf(key.source, key).deliveries(key.eventId),
    claim: (key, leaseMs, nowMs) => objectOf(key.source, key).claim(key, leaseMs, nowMs),
    complete: (key, run, nowMs) => objectOf(key.source, key).complete(key, run, nowMs),
    fail: (key, run, retryAtMs) => objectOf(key.source, key).fail(key, run, retryAtMs),
    recorded: (key, attempts) => objectOf(key.source, key).recorded(key, attempts),
    reopen: (key, nowMs) => objectOf(key.source, key).reopen(key, nowMs),
    readState: (key) => objectOf(key.stream, key).readState(key),
    writeState: (key, next, nowMs) => objectOf(key.stream, key).writeState(key, next, nowMs),
  };
}
