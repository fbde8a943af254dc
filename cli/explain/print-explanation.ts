import { createReadStream } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { printable } from '../../protocol/json/printable.ts';
import { errorCodeOf } from '../../settings/ambient/describe-error.ts';
import { counted } from '../../settings/counted.ts';
import { whyUnreadable } from '../../settings/files/why-unreadable.ts';
import { explainInput } from '../../watcher/explain/explain-input.ts';
import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import type { AskedOptions } from './asked-subscriptions.ts';
import { foreignFormat } from './foreign-format.ts';
import { createTransitionReport } from './transition-report.ts';

const STANDARD_INPUT = '-';
/** A quarter of the pieces that lines are cut into. */
const READ_BYTES = 256 * 1024;
/** From here on it is worth while to look at memory. */
const LONG_BYTES = 4 * 1024 * 1024;
const LONGEST_HEAD = 4_096;
const RECORD_COMMAND = 'kubectl get pods -w -o json --output-watch-events';

type ExplainOptions = Pick<AskedOptions, 'namespaceLabels'> & {
  readonly file: string;
  readonly json: boolean;
  readonly subscriptions: string | undefined;
};

/**
 * Prints the lifecycle events that a recorded watch stream means, and what of it could not be read.
 *
 * @returns the exit code: whether all of it could.
 */
export async function printExplanation(
  { file, json, subscriptions, namespaceLabels }: ExplainOptions,
  io: CommandIo,
): Promise<number> {
  const { stderr } = io;
  const name = file === STANDARD_INPUT ? 'stdin' : file;
  const complain = (message: string) => stderr.write(`offhook explain: ${message}\n`);
  const asked =
    subscriptions === undefined ? undefined : await readAsked({ subscriptions, namespaceLabels }, io);
  if (asked === null) return EXIT.failed;
  const { onTransition, end } = createTransitionReport({ json, asked }, io);
  try {
    const { head, text } = await peek(
      decodeUtf8(file === STANDARD_INPUT ? io.stdin : createReadStream(file, { highWaterMark: READ_BYTES })),
    );
    const foreign = foreignFormat(head);
    if (foreign !== null) {
      complain(`${name}: ${foreign}`);
      return EXIT.failed;
    }
    const result = await explainInput({
      input: text,
      onTransition,
      ...(asked && { onOther: asked.take }),
      onFault: (message) => complain(`${name}: ${printable(message)}`),
    });
    end();
    const hint = whatToDo(result);
    if (hint !== null) complain(`${name}: ${hint}`);
    if (result.known > 0 || result.faults > 0) return result.faults === 0 ? EXIT.ok : EXIT.failed;
  } catch (error) {
    complain(`${name}: ${readFailure(error)}`);
  }
  return EXIT.failed;
}

/** Reading them takes YAML and their schema, which is most of what there would be to load. */
async function readAsked(options: AskedOptions, io: CommandIo) {
  const { readAskedSubscriptions } = await import('./asked-subscriptions.ts');
  return readAskedSubscriptions(options, io);
}

/**
 * A young generation that does not grow: what is read is garbage a moment later, and collecting that early takes no more
 * time (5.6 and 5.9 s for 200 MB) and 70 MB less. A start with flags would be a second process.
 */
function keepSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** Where there is less to tell than somebody may expect: one sentence. */
function whatToDo({
  objects,
  known,
  items,
  faults,
}: Awaited<ReturnType<typeof explainInput>>): string | null {
  if (objects === 0) return faults > 0 ? null : 'the input holds no watch events';
  if (known === 0) return `${counted(objects, 'object')}, and no Pod or Event among them: ${RECORD_COMMAND}`;
  // One moment of each Pod says nothing of how it got there.
  if (items === objects)
    return `a list has each Pod once, as it stands; to see what changes, record a watch: ${RECORD_COMMAND}`;
  return null;
}

/** The beginning of a text, a line or so, and all of it. */
async function peek(chunks: AsyncGenerator<string>): Promise<{ head: string; text: AsyncIterable<string> }> {
  let head = '';
  for (;;) {
    const { value, done } = await chunks.next();
    if (done === true) break;
    head += value;
    if (head.length > LONGEST_HEAD || head.trimStart().includes('\n')) break;
  }
  return { head, text: joined(head, chunks) };
}

async function* joined(head: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield head;
  yield* rest;
}

async function* decodeUtf8(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let bytes = 0;
  for await (const chunk of chunks) {
    if (bytes < LONG_BYTES && bytes + chunk.length >= LONG_BYTES) keepSmall();
    bytes += chunk.length;
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder.decode();
}

function readFailure(error: unknown): string {
  const code = errorCodeOf(error);
  if (code !== undefined) return whyUnreadable(code);
  // A value without an end, or nested without one.
  if (error instanceof RangeError) return error.message;
  throw error;
}
