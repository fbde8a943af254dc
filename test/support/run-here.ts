import { Readable } from 'node:stream';
import { runCli } from '../../cli/run-cli.ts';

/** One command line, in this process, with an empty environment or a given one, and nothing or a given text on standard input. */
export async function runHere(
  argv: readonly string[],
  {
    env = {},
    stop = new AbortController().signal,
    stdin = '',
  }: { env?: Record<string, string>; stop?: AbortSignal; stdin?: string } = {},
) {
  let stdout = '';
  let stderr = '';
  const code = await runCli(argv, {
    stdin: Readable.from(stdin === '' ? [] : [Buffer.from(stdin)]),
    stdout: {
      write(text) {
        stdout += text;
      },
    },
    stderr: {
      write(text) {
        stderr += text;
      },
    },
    env,
    stop,
  });
  return { code, stdout, stderr };
}
