/**
 * What an event is remembered by: a CloudEvent is known by its `source` and its `id`. Ours hash the cluster's UID, which
 * the source names, into the id, and both are recomputed before anything is remembered: so an id alone is one event of
 * one source, in every store.
 *
 * `source` and `partitionKey` (the CloudEvents attribute `partitionkey`: Pod UID and container) say where: a store may
 * keep everything about one container together, and containers apart.
 */
export type EventKey = { readonly source: string; readonly eventId: string; readonly partitionKey: string };

/**
 * How often an event was delivered, and when first and last; milliseconds since the epoch. Senders repeat an event
 * whose answer they did not get.
 */
export type Deliveries = {
  readonly count: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
};

/**
 * Which events were stored already; strongly consistent, remembered for the retention (16 days by default). It lets
 * the receiver answer a repeated delivery without queueing it again. Correctness does not rest on it: a message
 * queued twice is run once, because its handlers are claimed.
 */
export interface Receipts {
  /** Whether the event was stored before; if so, this delivery of it is counted. */
  repeats(key: EventKey, nowMs: number): Promise<boolean>;
  /** The fingerprint of what was stored; null for an event that is not remembered, or not with its fingerprint. */
  told(key: EventKey): Promise<string | null>;
  /** The event is stored: its first delivery. Adding it twice is adding it once. @param told its fingerprint. */
  add(key: EventKey, nowMs: number, told?: string): Promise<void>;
  /** null for an event that is not remembered. */
  deliveries(key: EventKey): Promise<Deliveries | null>;
}
