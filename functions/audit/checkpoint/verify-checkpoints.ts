import { sha256Hex } from '../../../protocol/bytes/sha256.ts';
import type { Verifier } from '../../../protocol/signature/verify.ts';
import { type ChainFault, chainFault } from '../verify/verify-fault.ts';
import { type Checkpoint, isSignedCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { checkpointKey } from './checkpoint-key.ts';

/** A checkpoint as it is kept; `name` with its folders, as it was written: `…/<stream>/<position>.json`. */
export type CheckpointFile = { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> };

export type CheckpointsVerdict =
  | { readonly kind: 'verified'; readonly byStream: ReadonlyMap<string, readonly Checkpoint[]> }
  | { readonly kind: 'broken'; readonly fault: ChainFault };

/**
 * Whether checkpoints can be relied on: each is well formed and signed, stands under its own name, and names the one
 * before it. The oldest may name one that is gone: a bucket may forget what is older than the audit trail itself.
 *
 * @param files of any streams, those of one stream in the order of their positions.
 * @param verifier null: signatures are not checked.
 */
export async function verifyCheckpoints(
  files: Iterable<CheckpointFile> | AsyncIterable<CheckpointFile>,
  verifier: Verifier | null,
): Promise<CheckpointsVerdict> {
  const byStream = new Map<string, Checkpoint[]>();
  const hashes = new Map<string, Set<string>>();
  for await (const { name, bytes } of files) {
    const broken = (stream: string, position: number | null, what: string): CheckpointsVerdict => ({
      kind: 'broken',
      fault: chainFault('badCheckpoint', `${name}: ${what}`, { stream, position }),
    });
    const checkpoint = parseCheckpoint(bytes);
    if (checkpoint === null) return broken('', null, 'it is not a checkpoint, or was changed');
    const { stream, position } = checkpoint;
    if (verifier !== null && !(await isSignedCheckpoint(checkpoint, verifier))) {
      return broken(stream, position, 'its signature does not match its text and the keys given');
    }
    if (!isNamed(name, checkpointKey(stream, position))) {
      return broken(stream, position, `it is the checkpoint for position ${position}, under another name`);
    }
    const known = byStream.get(stream) ?? [];
    const wrong = disorder(checkpoint, known.at(-1), hashes.get(stream));
    if (wrong !== null) return broken(stream, position, wrong);
    known.push(checkpoint);
    byStream.set(stream, known);
    hashes.set(stream, (hashes.get(stream) ?? new Set()).add(await sha256Hex(bytes)));
  }
  return { kind: 'verified', byStream };
}

/** Below whatever folders it was copied to. */
function isNamed(name: string, key: string): boolean {
  return `/${name.replaceAll('\\', '/')}`.endsWith(`/${key}`);
}

/** Two that were written at the same time may name the same one; so any earlier one will do. */
function disorder(
  { position, previousCheckpointSha256 }: Checkpoint,
  before: Checkpoint | undefined,
  hashes: ReadonlySet<string> | undefined,
): string | null {
  if (before === undefined) return null;
  if (before.position >= position) return `there is another checkpoint for position ${position}`;
  if (previousCheckpointSha256 !== null && hashes?.has(previousCheckpointSha256)) return null;
  return 'the checkpoint before it is missing, or was changed';
}
