import type { ChainHead } from './chain-store.ts';
import type { VerifiedContent } from './verify-content.ts';
import type { EventCheck } from './verify-event.ts';
import type { ChainSummary } from './verify-verdict.ts';

/** Counts what was verified of a chain. */
export function createTally(anchor: ChainHead) {
  let first: number | null = null;
  let head = anchor;
  const kinds = { event: 0, run: 0, retention: 0 };
  const counts = { bodies: 0, signatures: 0, unsigned: 0 };
  return {
    record(content: VerifiedContent, at: ChainHead): void {
      first ??= at.position;
      head = at;
      kinds[content.kind] += 1;
    },
    event(check: Extract<EventCheck, { kind: 'sound' }>): void {
      counts.bodies += 1;
      if (check.signature === 'verified') counts.signatures += 1;
      if (check.signature === 'none') counts.unsigned += 1;
    },
    summary: (): Omit<ChainSummary, 'checkpoints' | 'lastCheckpoint'> => ({
      first,
      head,
      events: kinds.event,
      runs: kinds.run,
      retentions: kinds.retention,
      ...counts,
    }),
  };
}
