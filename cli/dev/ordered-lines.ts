import type { Clock } from '../../settings/ambient/clock.ts';

/** Lines that are heard of in any order and written in the order of their times. */
type OrderedLines = {
  /**
   * Writes a line when all those before it should have been heard of.
   *
   * @param atMs wall time of what it tells.
   * @param onWritten called right behind it.
   */
  add(atMs: number, line: string, onWritten?: () => void): void;
  /** Writes what still waits. */
  end(): void;
};

/** @param options `holdMs`: for how long an earlier line may still come. */
export function createOrderedLines({
  write,
  clock,
  holdMs,
}: {
  readonly write: (line: string) => void;
  readonly clock: Clock;
  readonly holdMs: number;
}): OrderedLines {
  /** In the order of their times; of one time, as they came. */
  const waiting: { readonly atMs: number; readonly line: string; readonly onWritten: () => void }[] = [];

  function flush(untilMs: number): void {
    for (let [first] = waiting; first !== undefined && first.atMs <= untilMs; [first] = waiting) {
      waiting.shift();
      write(first.line);
      first.onWritten();
    }
  }

  return {
    add(atMs, line, onWritten = () => {}) {
      const behind = waiting.findLastIndex((each) => each.atMs <= atMs);
      waiting.splice(behind + 1, 0, { atMs, line, onWritten });
      const dueMs = Math.max(0, atMs + holdMs - clock.nowMs());
      clock.after(dueMs, () => flush(Math.max(atMs, clock.nowMs() - holdMs)));
    },
    end: () => flush(Number.POSITIVE_INFINITY),
  };
}
