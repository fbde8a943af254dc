import type { CutReason } from './connections.ts';

const EVERY_MS = 10_000;

/**
 * Counts cut connections by reason, and reports them together: whoever attacks does not also write the log.
 *
 * @param report given the counts by reason, at most every ten seconds; the first one at once.
 */
export function createCutReport(
  report: (counts: Readonly<Record<string, number>>) => void,
): (reason: CutReason) => void {
  let counts: Record<string, number> = {};
  let quiet = true;
  const tell = () => {
    quiet = Object.keys(counts).length === 0;
    if (quiet) return;
    report(counts);
    counts = {};
    setTimeout(tell, EVERY_MS).unref();
  };
  return (reason) => {
    counts[reason] = (counts[reason] ?? 0) + 1;
    if (quiet) tell();
  };
}
