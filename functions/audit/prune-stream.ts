import type { Signer } from '../../protocol/signature/sign.ts';
import type { Clock } from '../../settings/ambient/clock.ts';
import type { DraftRecord } from './append-group.ts';
import { canonicalJson } from './canonical-json.ts';
import type { ChainStore } from './chain-store.ts';
import { type Removal, signRetention } from './retention-signature.ts';
import type { RecordContent } from './stored-record.ts';

type PruneDeps = {
  readonly store: ChainStore;
  readonly append: (stream: string, record: DraftRecord) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly clock: Clock;
};

/** Removed by one statement: short, because appends wait for it. */
const STEP_RECORDS = 500;
/** Removed under one retention record at least some thousand records each, by one call. */
const MOST_ROUNDS = 100;

/**
 * Removes the beginning of a chain that was recorded before a moment. What is going to be removed is said in the chain
 * first, so that a crash in between leaves records that are announced as removed, which the next call removes, and
 * never a hole that nobody announced. The end of the chain stays, so positions go on.
 *
 * `signer` is the key of the checkpoints: with it, nobody who can only write to the database can announce a removal.
 */
export function createPruneStream({ store, append, clock }: PruneDeps) {
  return async function prune(
    stream: string,
    olderThanMs: number,
    signer: Signer | null = null,
  ): Promise<number> {
    const recordedAtMs = clock.nowMs();
    if (!(olderThanMs <= recordedAtMs)) {
      throw new RangeError(
        'the retention of the audit trail must end in the past: olderThanMs is epoch milliseconds',
      );
    }
    let removed = 0;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const expired = await store.expired(stream, olderThanMs);
      if (expired === null) break;
      const { position: upToPosition, hash: upToHash } = expired.upTo;
      const removal = { stream, upToPosition, upToHash, removed: expired.count, olderThanMs, recordedAtMs };
      const content = await announcement(removal, signer);
      // By its position it is one record, however often it is announced.
      await append(stream, { recordId: `retention/${stream}/${upToPosition}`, content });
      removed += await removeUpTo(stream, upToPosition, expired.count);
    }
    return removed;
  };

  async function announcement(removal: Removal, signer: Signer | null): Promise<string> {
    const signature = signer === null ? null : await signRetention(removal, signer);
    return canonicalJson({ kind: 'retention', ...removal, signature } satisfies RecordContent);
  }

  async function removeUpTo(stream: string, position: number, count: number): Promise<number> {
    let removed = 0;
    while (removed < count) {
      const step = await store.removeUpTo(stream, position, STEP_RECORDS);
      if (step === 0) break;
      removed += step;
    }
    return removed;
  }
}
