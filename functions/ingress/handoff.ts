import type { SignedHeaders } from './signed-headers.ts';

/**
 * What the receiver hands to the consumer: the event exactly as it was signed, and when it came in.
 *
 * @property body the verified raw bytes.
 * @property receivedAtMs milliseconds since the epoch.
 * @property signed the headers whose signature was verified, for the audit trail; absent where the event came over a
 *   trusted bus, which checks who may put to it instead.
 */
export type HandoffMessage = {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly receivedAtMs: number;
  readonly signed?: SignedHeaders;
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
