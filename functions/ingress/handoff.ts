import type { CarriedSignature } from './carried-signature.ts';

/**
 * What the receiver hands to the consumer: the event exactly as it was signed, and when it came in.
 *
 * @property body the raw bytes.
 * @property receivedAtMs milliseconds since the epoch.
 * @property signed the headers it came with, for the audit trail, and whether they were verified; absent where the event
 *   came over a trusted bus without any. The bus checks who may put to it instead.
 * @property traceparent the W3C trace context that it came with; absent where there was none, or none that can be used.
 *   Nobody has signed it.
 */
export type HandoffMessage = {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly receivedAtMs: number;
  readonly signed?: CarriedSignature;
  readonly traceparent?: string;
};

/** Where a verified event is kept until its handlers have run. */
export interface Handoff {
  /**
   * Returns once the message is durable.
   *
   * @throws when it cannot be stored; the receiver then answers 503 and the sender comes back.
   */
  enqueue(message: HandoffMessage): Promise<void>;
}
