import type { Output } from '../command/command-io.ts';

const BAR_WIDTH = 30;
/** Goes back to the beginning of a terminal's line and empties it. */
export const CLEAR_LINE = '\r\x1b[K';
/** Without a terminal a line is written whenever so much more of the whole is done. */
const PLAIN_STEP = 0.1;

export interface Progress {
  /** @param details behind the numbers, such as `2 dead`. */
  show(done: number, total: number, details?: string): void;
  /** Ends the bar's line. */
  end(): void;
}

/** A bar that redraws itself on a terminal, plain lines anywhere else. */
export function createProgress(out: Output, what: string): Progress {
  const isTerminal = out.isTTY === true;
  let shown = '';
  let shownShare = Number.NEGATIVE_INFINITY;

  return {
    show(done, total, details = '') {
      const share = total === 0 ? 1 : done / total;
      const behind = details === '' ? '' : ` (${details})`;
      const numbers = `${what} ${done} of ${total}${behind}`;
      if (numbers === shown) return;
      if (isTerminal) {
        const filled = Math.round(share * BAR_WIDTH);
        out.write(`${CLEAR_LINE}[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}] ${numbers}`);
      } else {
        if (share < 1 && share - shownShare < PLAIN_STEP) return;
        out.write(`${numbers}\n`);
      }
      shown = numbers;
      shownShare = share;
    },
    end() {
      if (isTerminal && shown !== '') out.write('\n');
    },
  };
}
