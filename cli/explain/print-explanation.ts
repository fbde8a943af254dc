import { createReadStream } from 'node:fs';
import { printable } from '../../protocol/json/printable.ts';
import { errorCodeOf } from '../../settings/ambient/describe-error.ts';
import { whyUnreadable } from '../../settings/files/why-unreadable.ts';
import { explainInput } from '../../watcher/explain/explain-input.ts';
import { transitionLine, transitionRecord } from '../../watcher/explain/format-transition.ts';
import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { jsonLine } from '../terminal/json-line.ts';

const STANDARD_INPUT = '-';

/**
 * Prints the lifecycle events that a recorded watch stream means, and what of it could not be read.
 *
 * @returns the exit code: whether all of it could.
 */
export async function printExplanation(
  { file, json }: { readonly file: string; readonly json: boolean },
  { stdin, stdout, stderr }: CommandIo,
): Promise<number> {
  const name = file === STANDARD_INPUT ? 'stdin' : file;
  const complain = (message: string) => stderr.write(`offhook explain: ${message}\n`);
  try {
    const result = await explainInput({
      input: decodeUtf8(file === STANDARD_INPUT ? stdin : createReadStream(file)),
      onTransition: (transition) =>
        stdout.write(
          json ? jsonLine(transitionRecord(transition)) : `${printable(transitionLine(transition))}\n`,
        ),
      onFault: (message) => complain(`${name}: ${printable(message)}`),
    });
    if (result.objects > 0 || result.faults > 0) return result.faults === 0 ? EXIT.ok : EXIT.failed;
    complain('the input holds no watch events');
  } catch (error) {
    complain(`${name}: ${readFailure(error)}`);
  }
  return EXIT.failed;
}

async function* decodeUtf8(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

function readFailure(error: unknown): string {
  const code = errorCodeOf(error);
  if (code !== undefined) return whyUnreadable(code);
  // A value without an end, or nested without one.
  if (error instanceof RangeError) return error.message;
  throw error;
}
