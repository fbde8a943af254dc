import { spawn } from 'node:child_process';
import { errorCodeOf } from '../../settings/ambient/describe-error.ts';

/** `code`: null where the program is missing, or a signal ended it. */
export type CommandResult = {
  readonly missing: boolean;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** Runs a program to its end. `show` passes what it prints on to the person who waits. */
export type Run = (
  program: string,
  args: readonly string[],
  options?: { readonly show?: boolean },
) => Promise<CommandResult>;

/** @throws Error when the program is there but cannot be started. */
export const runCommand: Run = (program, args, { show = false } = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        output[stream] += text;
        if (show) process.stderr.write(text);
      });
    }
    child.on('error', (error) => {
      if (errorCodeOf(error) === 'ENOENT') resolve({ missing: true, code: null, stdout: '', stderr: '' });
      else reject(error);
    });
    child.on('close', (code) => resolve({ missing: false, code, ...output }));
  });

/** Whether a program was there, ran to its end and was content. */
export function succeeds({ code }: CommandResult): boolean {
  return code === 0;
}

/**
 * Standard output of a program that has to succeed.
 *
 * @throws Error with what it printed on standard error.
 */
export async function commandOutput(
  run: Run,
  program: string,
  args: readonly string[],
  options?: { readonly show?: boolean },
): Promise<string> {
  const result = await run(program, args, options);
  if (succeeds(result)) return result.stdout;
  const why = result.missing ? 'it is not installed' : result.stderr.trim().slice(-2_000);
  throw new Error(`"${program} ${args.slice(0, 2).join(' ')} …" failed: ${why}`);
}
