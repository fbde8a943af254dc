/**
 * Which events were stored already; strongly consistent, remembered for 16 days. It lets the receiver answer a
 * repeated delivery without queueing it again. Correctness does not rest on it: a message queued twice is run
 * once, because its handlers are claimed.
 */
export interface Receipts {
  has(eventId: string): Promise<boolean>;
  add(eventId: string, nowMs: number): Promise<void>;
}
