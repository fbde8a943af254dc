import { sha256Hex } from '../../../protocol/bytes/sha256.ts';
import type { Clock } from '../../../settings/ambient/clock.ts';
import type { AuditReader } from '../audit-reader.ts';
import type { ChainHead } from '../chain-store.ts';
import { GENESIS_HASH } from '../hash-record.ts';
import { verifyChain } from '../verify/verify-chain.ts';
import { createCheckpointMatch } from '../verify/verify-checkpoint-match.ts';
import type { ChainFault } from '../verify/verify-fault.ts';
import { chainEntries } from './chain-entries.ts';
import { type Checkpoint, signCheckpoint } from './checkpoint.ts';
import type { CheckpointKeys } from './checkpoint-keys.ts';
import type { CheckpointSink } from './checkpoint-sink.ts';
import { type PreviousCheckpoint, type RememberedCheckpoints, readPrevious } from './previous-checkpoint.ts';

/**
 * @property remembered what this process knows of the second place from earlier rounds; by it one that was emptied or
 *   set back is noticed.
 * @property trustBus whether records of events without a verified signature are signed for: where a bus brings them.
 */
type CheckpointDeps = CheckpointKeys & {
  readonly reader: Pick<AuditReader, 'chain'>;
  readonly sink: CheckpointSink;
  readonly remembered?: RememberedCheckpoints | undefined;
  readonly trustBus: boolean;
  readonly clock: Clock;
  readonly maxRecords: number;
};

/**
 * - `written`, `unchanged`: there is a checkpoint for `position`; `complete`: which is the end of the chain; `first`:
 *   there was none before.
 * - `empty`: there is no record.
 * - `broken`: the chain does not continue what was signed before, so nothing was signed.
 */
export type CheckpointOutcome =
  | {
      readonly kind: 'written' | 'unchanged';
      readonly position: number;
      readonly complete: boolean;
      readonly first: boolean;
    }
  | { readonly kind: 'empty' }
  | { readonly kind: 'broken'; readonly fault: ChainFault };

/**
 * Attests how far a chain has grown. The last checkpoint is verified, and the chain from there on, before anything is
 * signed: a signature must not cover up what somebody did in between, nor what somebody put into the second place.
 *
 * @throws Error when the second place cannot be reached, or its newest checkpoint is none that this key has signed.
 */
export async function writeCheckpoint(stream: string, deps: CheckpointDeps): Promise<CheckpointOutcome> {
  const previous = await readPrevious(stream, deps);
  const found = await follow(stream, previous, deps);
  if (found.kind === 'broken') return found;
  const { head, complete } = found;
  const first = previous.sha256 === null;
  if (head.position === 0) return { kind: 'empty' };
  if (head.position === previous.head.position)
    return { kind: 'unchanged', position: head.position, complete, first };
  const checkpoint: Checkpoint = {
    version: 1,
    stream,
    position: head.position,
    hash: head.hash,
    atMs: deps.clock.nowMs(),
    previousCheckpointSha256: previous.sha256,
  };
  const bytes = await signCheckpoint(checkpoint, deps.signer);
  if ((await deps.sink.put(stream, head.position, bytes)) === 'exists')
    return compareWithOther(stream, head, deps);
  deps.remembered?.set(stream, { position: head.position, sha256: await sha256Hex(bytes) });
  return { kind: 'written', position: head.position, complete, first };
}

/** Somebody was faster: what they signed must be this, or further along. */
async function compareWithOther(
  stream: string,
  { position, hash }: ChainHead,
  deps: CheckpointDeps,
): Promise<CheckpointOutcome> {
  const { head } = await readPrevious(stream, deps);
  const match = createCheckpointMatch(stream, { position: 0, hash: GENESIS_HASH }, [head]);
  const fault = match.compare(position, hash, null);
  if (fault !== null) return { kind: 'broken', fault };
  return { kind: 'unchanged', position, complete: head.position === position, first: false };
}

/** Verifies what follows the last checkpoint, after a look at whether that record is still there and the same. */
async function follow(stream: string, previous: PreviousCheckpoint, deps: CheckpointDeps) {
  const { reader, maxRecords, trustBus, verifier } = deps;
  const anchor = previous.head;
  const departed = await departure(stream, anchor, reader);
  if (departed !== null) return { kind: 'broken', fault: departed } as const;
  const entries = chainEntries(reader, stream, { after: anchor.position, most: maxRecords });
  // Before the first checkpoint there may have been a retention, and no key.
  const retention = previous.sha256 === null ? null : { verifier, attestedUpTo: anchor.position };
  const verdict = await verifyChain(stream, entries, { anchor, trustBus, retention });
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
