import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A program and its arguments. */
export type CommandLine = readonly [program: string, ...args: string[]];

/**
 * What a program prints on standard output.
 *
 * @throws Error with what it says on standard error, when it fails or is not there.
 */
export function outputOf([program, ...args]: CommandLine, cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${program} ${args[0] ?? ''} failed: ${stderr.trim() || error.message}`));
    });
  });
}

/**
 * Runs a program whose output people read as it comes.
 *
 * @throws Error when it does not end with 0, or is not there.
 */
export async function runProgram([program, ...args]: CommandLine, cwd: string): Promise<void> {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code, signal] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${program} ${args[0] ?? ''} ended with ${signal ?? `exit code ${code}`}`);
}

/** A command line as somebody could type it. */
export function typed(command: CommandLine): string {
  return command.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`)).join(' ');
}
