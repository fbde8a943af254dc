import { Readable } from 'node:stream';
import { runCli } from '../../cli/run-cli.ts';

/** One command line, in this process, with an empty environment or a given one, and nothing on standard input. */
export async function runHere(
  argv: readonly string[],
  {
    env = {},
    stop = new AbortController().signal,
  }: { env?: Record<string, string>; stop?: AbortSignal } = {},
) {
  let stdout = '';
  let stderr = '';
  const code = await runCli(argv, {
    stdin: Readable.from([]),
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
