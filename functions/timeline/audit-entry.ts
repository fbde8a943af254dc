import type { Digest } from '../../protocol/bytes/sha256.ts';
import type { EventFacts } from './event-facts.ts';

/** An event for the audit trail: what is said about it, and its bytes as they were signed. */
export type AuditEntry = { readonly facts: EventFacts; readonly body: Uint8Array<ArrayBuffer> };

/** Where the audit handler writes. The same event appended twice is one record. */
export interface AuditTrail {
  /** What bodies are hashed with. @default Web Crypto's */
  readonly digest?: Digest | undefined;
  /** @throws when it could not be recorded; the handler is then tried again. */
  append(entry: AuditEntry): Promise<void>;
}
