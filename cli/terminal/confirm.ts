import type { CommandIo } from '../command/command-io.ts';
import { UsageError } from '../command/usage-error.ts';

const LONGEST_ANSWER = 100;

/**
 * Asks a yes-or-no question on a terminal; anything but "y" or "yes" is a no.
 *
 * @param unasked what `--yes` does, in the words of its message: `removes`.
 * @throws UsageError when there is nobody to ask.
 */
export async function confirm(
  question: string,
  { stdin, stderr }: CommandIo,
  unasked: string,
): Promise<boolean> {
  if (stdin.isTTY !== true)
    throw new UsageError(`there is no terminal to ask on; --yes ${unasked} without asking`);
  stderr.write(`${question} [y/N] `);
  let answer = '';
  for await (const chunk of stdin) {
    answer += new TextDecoder().decode(chunk);
    if (answer.includes('\n') || answer.length > LONGEST_ANSWER) break;
  }
  return /^y(es)?$/i.test(answer.trim());
}
