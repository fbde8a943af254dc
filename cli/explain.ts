import { createReadStream } from 'node:fs';
import { printable, printableJson } from '../protocol/printable.ts';
import { errorCodeOf } from '../settings/ambient/describe-error.ts';
import { explain } from '../watcher/explain/explain.ts';
import { transitionLine, transitionRecord } from '../watcher/explain/format-transition.ts';
import { type Command, EXIT, UsageError } from './terminal/command.ts';

const HELP = `Usage: offhook explain [--json] FILE
       kubectl get pods -w -o json --output-watch-events | offhook explain -

Reads a recorded watch stream and prints the lifecycle events it means, by the very code that
"offhook watch" runs. Nothing is contacted, stored or sent.

FILE is NDJSON of {"at", "stream", "event"}, bare {"type", "object"} lines, or the concatenated JSON
that kubectl prints, also one list of any length (kubectl get pods -o json); "-" is standard input.
Pods and kubelet Events, of either API, may be mixed.

Options:
  --json      one JSON object a line: hook, podUid, container, containerID, observation, exitCode,
              reason; "trigger" of a preStop, "amended" of a postStop,
              "failed" of a hookFailed
  -h, --help  this text

Exit code: 0; 1 when something could not be read (it is named on standard error, the rest is still
explained); 2 for a mistake on the command line.
`;

export const explainCommand: Command = {
  help: HELP,
  options: { json: { type: 'boolean' } },
  operands: 1,
  async run({ options, operands: [file] }, { stdin, stdout, stderr }) {
    if (file === undefined) throw new UsageError('expected a FILE, or "-" for standard input');
    const input: AsyncIterable<Uint8Array> = file === '-' ? stdin : createReadStream(file);
    try {
      const result = await explain({
        input: decodeUtf8(input),
        onTransition: (transition) =>
          stdout.write(
            options.json
              ? `${printableJson(JSON.stringify(transitionRecord(transition)))}\n`
              : `${printable(transitionLine(transition))}\n`,
          ),
        onFault: (message) =>
          stderr.write(`offhook explain: ${file === '-' ? 'stdin' : file}: ${printable(message)}\n`),
      });
      if (result.objects === 0 && result.faults === 0) {
        stderr.write('offhook explain: the input holds no watch events\n');
        return EXIT.failed;
      }
      return result.faults === 0 ? EXIT.ok : EXIT.failed;
    } catch (error) {
      stderr.write(`offhook explain: ${readFailure(file, error)}\n`);
      return EXIT.failed;
    }
  },
};

async function* decodeUtf8(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

function readFailure(file: string, error: unknown): string {
  const code = errorCodeOf(error);
  if (code === 'ENOENT') return `${file}: no such file`;
  if (code === 'EISDIR') return `${file}: is a directory, expected a file`;
  if (code === 'EACCES') return `${file}: permission denied`;
  if (code !== undefined) return `${file}: cannot be read (${code})`;
  if (error instanceof RangeError) return `${file}: ${error.message}`;
  throw error;
}
