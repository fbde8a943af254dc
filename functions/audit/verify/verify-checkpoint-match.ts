import type { ChainHead } from '../chain-store.ts';
import type { StoredRecord } from '../stored-record.ts';
import { type ChainFault, chainFault, type RecordName } from './verify-fault.ts';

/**
 * Compares a chain with what was signed of it. Checkpoints before the anchor, and those whose records the retention has
 * removed, have nothing to be compared with.
 */
export function createCheckpointMatch(stream: string, anchor: ChainHead, checkpoints: readonly ChainHead[]) {
  const hashes = new Map(checkpoints.map(({ position, hash }) => [position, hash]));
  const newest = Math.max(anchor.position, ...hashes.keys());
  let matched = 0;
  let lastMatched: number | null = null;

  const compare = (position: number, hash: string, record: RecordName | null): ChainFault | null => {
    const signed = hashes.get(position);
    if (signed === undefined) return null;
    if (signed === hash) {
      matched += 1;
      lastMatched = position;
      return null;
    }
    const since = lastMatched === null ? '' : `, and matched the one for position ${lastMatched}`;
    const what = `its hash is not the one that the checkpoint for position ${position} attests${since}`;
    return chainFault('rewritten', what, { stream, position, record });
  };

  return {
    compare,
    /** What the first record that is there says about the one before it, which the retention has removed. */
    compareFirst: ({ position, previousHash }: StoredRecord) =>
      position > anchor.position + 1 ? compare(position - 1, previousHash, null) : null,
    /** Whether a chain with that end is shorter than what was signed. */
    truncation(end: number): ChainFault | null {
      if (newest <= end) return null;
      const what = `nothing follows position ${end}, but there is a checkpoint for position ${newest}`;
      return chainFault('truncated', what, { stream, position: end + 1 });
    },
    summary: () => ({ checkpoints: matched, lastCheckpoint: lastMatched }),
  };
}
