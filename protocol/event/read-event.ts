import type { Digest } from '../bytes/sha256.ts';
import { checkIdentity, type IdentityMismatch } from './check-identity.ts';
import { type ParsedEvent, parseEnvelope, parseEventContent } from './parse-event.ts';

/**
 * What {@link readEvent} finds, beside what `parseEvent` does:
 *
 * - `foreign`: of a source that the sender may not speak for; answer 403.
 * - `mismatched`: it claims another identity than its payload leads to; answer 422.
 */
export type ReadEvent =
  | ParsedEvent
  | { readonly kind: 'foreign' }
  | ({ readonly kind: 'mismatched' } & IdentityMismatch);

/**
 * @property webhookId the header's, which the body's id must equal.
 * @property maySpeakFor whether the sender, as its key proved it, may tell events of that CloudEvents `source`.
 * @property digest @default Web Crypto's
 */
export type ReadEventOptions = {
  readonly webhookId?: string;
  readonly maySpeakFor?: (source: string) => boolean;
  readonly digest?: Digest | undefined;
};

/**
 * Reads an event as a receiver does before it believes it: the envelope, whom the sender may speak for, the content, and
 * that it is the very event its payload says, see `checkIdentity`. Without options the sender is trusted with any source.
 */
export async function readEvent(body: Uint8Array, options: ReadEventOptions = {}): Promise<ReadEvent> {
  const { webhookId, maySpeakFor = () => true } = options;
  const envelope = parseEnvelope(body, webhookId);
  if (envelope.kind !== 'envelope') return envelope;
  // Before the content, whose faults are nobody's business but the cluster's own.
  if (!maySpeakFor(envelope.source)) return { kind: 'foreign' };
  const parsed = parseEventContent(envelope);
  if (parsed.kind !== 'event') return parsed;
  const mismatch = await checkIdentity(parsed.event, options.digest);
  return mismatch === null ? parsed : { kind: 'mismatched', ...mismatch };
}
