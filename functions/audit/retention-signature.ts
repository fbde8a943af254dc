import type { Signer } from '../../protocol/signature/sign.ts';
import type { Verifier } from '../../protocol/signature/verify.ts';
import { verifyKept } from '../../protocol/signature/verify-kept.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Retention } from './stored-record.ts';

/** What a retention record says, without who says it. */
export type Removal = Omit<Retention, 'kind' | 'signature'>;

/** Takes the place of the `webhook-id`: neither an event nor a checkpoint has this id. */
const SIGNED_ID = 'offhook-audit-retention-v1';

/**
 * Signs that records are removed on purpose, with the key of the checkpoints: over the bytes of
 * `offhook-audit-retention-v1.<recordedAtMs in whole seconds>.<the fields as canonical JSON>`. Whoever can write to the
 * database alone cannot make up such a record, and with it the removal of what they want to hide.
 */
export function signRetention(removal: Removal, signer: Signer): Promise<string> {
  const body = signedBytes(removal);
  return signer.sign({ id: SIGNED_ID, timestampSeconds: secondsOf(removal), body });
}

/** Whether one of the verifier's keys signed it. */
export async function isSignedRetention(
  removal: Removal,
  signature: string | null,
  verifier: Verifier,
): Promise<boolean> {
  if (signature === null) return false;
  const signed = { id: SIGNED_ID, timestamp: String(secondsOf(removal)), signature };
  const { kind } = await verifyKept(verifier, signed, signedBytes(removal));
  return kind === 'verified';
}

function signedBytes(removal: Removal): Uint8Array<ArrayBuffer> {
  const { stream, upToPosition, upToHash, removed, olderThanMs, recordedAtMs } = removal;
  const said = { stream, upToPosition, upToHash, removed, olderThanMs, recordedAtMs };
  return new TextEncoder().encode(canonicalJson(said));
}

function secondsOf({ recordedAtMs }: Removal): number {
  return Math.floor(recordedAtMs / 1_000);
}
