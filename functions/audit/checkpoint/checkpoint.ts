import * as z from 'zod/mini';
import type { Signer } from '../../../protocol/signature/sign.ts';
import type { Verifier } from '../../../protocol/signature/verify.ts';
import { verifyKept } from '../../../protocol/signature/verify-kept.ts';

/**
 * What is attested of a chain: at `atMs`, its record at `position` had `hash`, and so had everything before it.
 *
 * @property previousCheckpointSha256 of the file of the checkpoint before this one, in hexadecimal; null for the first.
 */
export type Checkpoint = {
  readonly version: 1;
  readonly stream: string;
  readonly position: number;
  readonly hash: string;
  readonly atMs: number;
  readonly previousCheckpointSha256: string | null;
};

export type SignedCheckpoint = Checkpoint & { readonly signature: string };

/** Takes the place of the `webhook-id`: no event has this id, so that neither is ever taken for the other. */
const SIGNED_ID = 'offhook-audit-checkpoint-v1';
export const MAX_CHECKPOINT_BYTES = 4_096;

const hex = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const schema = z.strictObject({
  version: z.literal(1),
  stream: z.string().check(z.minLength(1), z.maxLength(1_024)),
  position: z.number().check(z.int(), z.positive()),
  hash: hex,
  atMs: z.number().check(z.int(), z.nonnegative()),
  previousCheckpointSha256: z.nullable(hex),
  signature: z.string().check(z.minLength(1), z.maxLength(1_024)),
});

/**
 * The bytes of a signed checkpoint: one line of JSON, the fields of {@link Checkpoint} in their order and `signature`.
 *
 * What is signed are the bytes of `offhook-audit-checkpoint-v1.<atMs in whole seconds>.<JSON>`, where the JSON is the
 * same object without `signature`: the scheme of Standard Webhooks, v1 (HMAC-SHA256) or v1a (Ed25519), one signature a
 * secret.
 */
export async function signCheckpoint(
  checkpoint: Checkpoint,
  signer: Signer,
): Promise<Uint8Array<ArrayBuffer>> {
  const signature = await signer.sign({
    id: SIGNED_ID,
    timestampSeconds: secondsOf(checkpoint),
    body: new TextEncoder().encode(checkpointText(checkpoint)),
  });
  return new TextEncoder().encode(fileText({ ...checkpoint, signature }));
}

/** Reads the bytes of a checkpoint; null for anything that {@link signCheckpoint} does not write. */
export function parseCheckpoint(bytes: Uint8Array): SignedCheckpoint | null {
  if (bytes.length > MAX_CHECKPOINT_BYTES) return null;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const read = schema.safeParse(JSON.parse(text));
    return read.success && fileText(read.data) === text ? read.data : null;
  } catch {
    return null;
  }
}

/** Whether one of the verifier's keys signed it. */
export async function isSignedCheckpoint(signed: SignedCheckpoint, verifier: Verifier): Promise<boolean> {
  const headers = { id: SIGNED_ID, timestamp: String(secondsOf(signed)), signature: signed.signature };
  const body = new TextEncoder().encode(checkpointText(signed));
  const { kind } = await verifyKept(verifier, headers, body);
  return kind === 'verified';
}

/** The signed JSON. */
function checkpointText(checkpoint: Checkpoint): string {
  const { version, stream, position, hash, atMs, previousCheckpointSha256 } = checkpoint;
  return JSON.stringify({ version, stream, position, hash, atMs, previousCheckpointSha256 });
}

function fileText(signed: SignedCheckpoint): string {
  const text = checkpointText(signed);
  return `${text.slice(0, -1)},"signature":${JSON.stringify(signed.signature)}}\n`;
}

function secondsOf({ atMs }: Checkpoint): number {
  return Math.floor(atMs / 1_000);
}
