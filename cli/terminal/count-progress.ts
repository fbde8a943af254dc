import type { Output } from '../command/command-io.ts';
import { CLEAR_LINE } from './progress.ts';

/** How many make a new line; on a terminal, how many redraw it. */
const STEPS = { plain: 100_000, terminal: 1_000 } as const;

/** Counts what has no known end: in place on a terminal, a line every hundred thousand anywhere else. */
export function createCountProgress(out: Output, what: string) {
  const isTerminal = out.isTTY === true;
  const step = isTerminal ? STEPS.terminal : STEPS.plain;
  let count = 0;
  return {
    one(): void {
      count += 1;
      if (count % step !== 0) return;
      const text = `${count} ${what}`;
      out.write(isTerminal ? `${CLEAR_LINE}${text}` : `${text}\n`);
    },
    /** Clears the terminal's line. */
    end(): void {
      if (isTerminal && count >= step) out.write(CLEAR_LINE);
    },
    count: () => count,
  };
}
