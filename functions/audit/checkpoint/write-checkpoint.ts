import type { Signer } from '../../../protocol/signature/sign.ts';
import type { AuditReader } from '../audit-reader.ts';
import type { ChainHead } from '../chain-store.ts';
import { GENESIS_HASH, sha256Hex } from '../hash-record.ts';
import { verifyChain } from '../verify-chain.ts';
import { createCheckpointMatch } from '../verify-checkpoint-match.ts';
import type { ChainFault } from '../verify-fault.ts';
import { chainEntries } from './chain-entries.ts';
import { type Checkpoint, parseCheckpoint, signCheckpoint } from './checkpoint.ts';
import type { CheckpointSink } from './checkpoint-sink.ts';

export type CheckpointDeps = {
  readonly reader: Pick<AuditReader, 'chain'>;
  readonly sink: CheckpointSink;
  readonly signer: Signer;
  readonly now: () => number;
  readonly maxRecords: number;
};

/**
 * - `written`, `unchanged`: there is a checkpoint for `position`; `complete`: which is the end of the chain.
 * - `empty`: there is no record.
 * - `broken`: the chain does not continue what was signed before, so nothing was signed.
 */
export type CheckpointOutcome =
  | { readonly kind: 'written' | 'unchanged'; readonly position: number; readonly complete: boolean }
  | { readonly kind: 'empty' }
  | { readonly kind: 'broken'; readonly fault: ChainFault };

type Previous = { readonly head: ChainHead; readonly sha256: string | null };

/**
 * Attests how far a chain has grown. It is verified from the last checkpoint on before it is signed: a signature must
 * not cover up what somebody did in between.
 *
 * @throws Error when the second place cannot be reached, or what it holds cannot be read.
 */
export async function writeCheckpoint(stream: string, deps: CheckpointDeps): Promise<CheckpointOutcome> {
  const previous = await readPrevious(stream, deps.sink);
  const found = await follow(stream, previous.head, deps);
  if (found.kind === 'broken') return found;
  const { head, complete } = found;
  if (head.position === 0) return { kind: 'empty' };
  if (head.position === previous.head.position)
    return { kind: 'unchanged', position: head.position, complete };
  const checkpoint: Checkpoint = {
    version: 1,
    stream,
    position: head.position,
    hash: head.hash,
    atMs: deps.now(),
    previousCheckpointSha256: previous.sha256,
  };
  const bytes = await signCheckpoint(checkpoint, deps.signer);
  // Somebody else was faster; what they signed is compared the next time.
  const kind = (await deps.sink.put(stream, head.position, bytes)) === 'stored' ? 'written' : 'unchanged';
  return { kind, position: head.position, complete };
}

async function readPrevious(stream: string, sink: CheckpointSink): Promise<Previous> {
  const bytes = await sink.latest(stream);
  if (bytes === null) return { head: { position: 0, hash: GENESIS_HASH }, sha256: null };
  const checkpoint = parseCheckpoint(bytes);
  if (checkpoint === null || checkpoint.stream !== stream) {
    throw new Error(
      'the newest checkpoint is not one of this stream: look at it before anything else is signed',
    );
  }
  const { position, hash } = checkpoint;
  return { head: { position, hash }, sha256: await sha256Hex(bytes) };
}

/** Verifies what follows the last checkpoint, after a look at whether that record is still there and the same. */
async function follow(stream: string, previous: ChainHead, { reader, maxRecords }: CheckpointDeps) {
  const departed = await departure(stream, previous, reader);
  if (departed !== null) return { kind: 'broken', fault: departed } as const;
  const entries = chainEntries(reader, stream, { after: previous.position, most: maxRecords });
  const verdict = await verifyChain(stream, entries, { anchor: previous });
  if (verdict.kind === 'broken') return { kind: 'broken', fault: verdict.fault } as const;
  const { head } = verdict.summary;
  const beyond = await reader.chain(stream, { after: head.position, limit: 1 });
  return { kind: 'sound', head, complete: beyond.length === 0 } as const;
}

/** How the chain differs from what was signed last; null when it does not, or when the retention has removed that. */
async function departure(
  stream: string,
  { position, hash }: ChainHead,
  reader: Pick<AuditReader, 'chain'>,
): Promise<ChainFault | null> {
  if (position === 0) return null;
  const [record] = await reader.chain(stream, { after: position - 1, limit: 1 });
  const match = createCheckpointMatch(stream, { position: 0, hash: GENESIS_HASH }, [{ position, hash }]);
  return record === undefined
    ? match.truncation(position - 1)
    : match.compare(record.position, record.hash, null);
}
