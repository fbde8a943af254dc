import type { ClaimStore } from '../consumer/claim-store.ts';
import type { Receipts } from '../ingress/receipts.ts';
import type { Claims } from './claims-object.ts';

/** The calls of a `Claims` object, as its stub offers them over RPC. */
type ClaimsStub = Pick<Claims, 'hasReceipt' | 'addReceipt' | 'claim' | 'complete' | 'fail'>;

/** The binding `CLAIMS`, reduced to what is called. */
export interface ClaimsNamespace {
  idFromName(name: string): unknown;
  get(id: unknown): ClaimsStub;
}

/** Receipts and claims in one Durable Object an event. */
export function createDurableObjectClaims(namespace: ClaimsNamespace): ClaimStore & Receipts {
  const objectOf = (eventId: string) => namespace.get(namespace.idFromName(eventId));
  return {
    has: (eventId) => objectOf(eventId).hasReceipt(eventId),
    add: (eventId, nowMs) => objectOf(eventId).addReceipt(eventId, nowMs),
    claim: (key, leaseMs, nowMs) => objectOf(key.eventId).claim(key, leaseMs, nowMs),
    complete: (key, nowMs) => objectOf(key.eventId).complete(key, nowMs),
    fail: (key, attempt, retryAtMs) => objectOf(key.eventId).fail(key, attempt, retryAtMs),
  };
}
