import type { ChainHead } from '../chain-store.ts';
import type { VerifiedContent } from './verify-content.ts';
import type { SignatureTrust } from './verify-event.ts';
import type { ChainSummary } from './verify-verdict.ts';

/** Counts what was verified of a chain. */
export function createTally(anchor: ChainHead) {
  let first: number | null = null;
  let head = anchor;
  const kinds = { event: 0, run: 0, rerun: 0, retention: 0 };
  const trust = { verified: 0, unchecked: 0, claimed: 0, none: 0 };
  let bodies = 0;
  return {
    record(content: VerifiedContent, at: ChainHead): void {
      first ??= at.position;
      head = at;
      kinds[content.kind] += 1;
    },
    event(signature: SignatureTrust, isCompared: boolean): void {
      if (isCompared) bodies += 1;
      trust[signature] += 1;
    },
    summary: (): Omit<ChainSummary, 'checkpoints' | 'lastCheckpoint'> => ({
      first,
      head,
      events: kinds.event,
      runs: kinds.run,
      reruns: kinds.rerun,
      retentions: kinds.retention,
      bodies,
      signatures: trust.verified,
      unchecked: trust.unchecked,
      claimed: trust.claimed,
      unsigned: trust.none,
    }),
  };
}
