import { sha256Hex } from '../../../protocol/bytes/sha256.ts';
import type { Verifier } from '../../../protocol/signature/verify.ts';
import type { ChainHead } from '../chain-store.ts';
import { GENESIS_HASH } from '../hash-record.ts';
import { isSignedCheckpoint, parseCheckpoint, type SignedCheckpoint } from './checkpoint.ts';
import type { CheckpointSink, KeptCheckpoint } from './checkpoint-sink.ts';

/** @property sha256 of its file; null before the first one. */
export type PreviousCheckpoint = { readonly head: ChainHead; readonly sha256: string | null };

/** By stream, the newest checkpoint that this process has written or verified. */
export type RememberedCheckpoints = Map<string, { readonly position: number; readonly sha256: string }>;

type PreviousDeps = {
  readonly sink: CheckpointSink;
  readonly verifier: Verifier;
  readonly remembered?: RememberedCheckpoints | undefined;
};

const LOOK = 'nothing is signed or removed before somebody has looked at it (docs/audit.md, "Checkpoints")';

/**
 * The newest checkpoint of a stream, verified: it stands under its own name, is signed with one of the keys, and the
 * second place is not behind what this process knows of it. What somebody else has put there is never continued, or the
 * next signature would cover it.
 *
 * @throws Error that says what is wrong with it and what to do.
 */
export async function readPrevious(stream: string, deps: PreviousDeps): Promise<PreviousCheckpoint> {
  const { sink, verifier, remembered } = deps;
  const kept = await sink.latest(stream);
  const known = remembered?.get(stream);
  if (known !== undefined && (kept === null || kept.position < known.position)) {
    throw new Error(
      `the checkpoint for position ${known.position} is not in the second place any more: ${LOOK}`,
    );
  }
  if (kept === null) return { head: { position: 0, hash: GENESIS_HASH }, sha256: null };
  const { position, hash } = await verified(stream, kept, verifier);
  const sha256 = await sha256Hex(kept.bytes);
  if (known?.position === position && known.sha256 !== sha256) {
    throw new Error(`the checkpoint for position ${position} is another one than before: ${LOOK}`);
  }
  remembered?.set(stream, { position, sha256 });
  return { head: { position, hash }, sha256 };
}

async function verified(stream: string, kept: KeptCheckpoint, verifier: Verifier): Promise<SignedCheckpoint> {
  const { position, bytes } = kept;
  const checkpoint = parseCheckpoint(bytes);
  if (checkpoint === null || checkpoint.stream !== stream) {
    throw new Error(`the newest checkpoint, for position ${position}, is not one of this stream: ${LOOK}`);
  }
  if (checkpoint.position !== position) {
    const what = `is the one for position ${checkpoint.position} under another name`;
    throw new Error(`the newest checkpoint, for position ${position}, ${what}: ${LOOK}`);
  }
  if (!(await isSignedCheckpoint(checkpoint, verifier))) {
    throw new Error(
      `the newest checkpoint, for position ${position}, is not signed with the key given: ${LOOK}`,
    );
  }
  return checkpoint;
}
