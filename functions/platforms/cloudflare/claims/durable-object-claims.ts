import type { ClaimStore } from '../../../consumer/claim-store.ts';
import type { EventKey, Receipts } from '../../../ingress/receipts.ts';
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
  const of = (key: EventKey) => objectOf(key.source, key);
  return {
    repeats: (key, nowMs) => of(key).repeats(key.eventId, nowMs),
    told: (key) => of(key).told(key.eventId),
    add: (key, nowMs, told) => of(key).addReceipt(key.eventId, nowMs, told),
    deliveries: (key) => of(key).deliveries(key.eventId),
    claim: (key, leaseMs, nowMs) => of(key).claim(key, leaseMs, nowMs),
    complete: (key, run, nowMs) => of(key).complete(key, run, nowMs),
    fail: (key, run, retryAtMs) => of(key).fail(key, run, retryAtMs),
    recorded: (key, attempts) => of(key).recorded(key, attempts),
    reopen: (key, nowMs) => of(key).reopen(key, nowMs),
    readState: (key) => objectOf(key.stream, key).readState(key),
    writeState: (key, next, nowMs) => objectOf(key.stream, key).writeState(key, next, nowMs),
  };
}
