import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { inject, onTestFinished } from 'vitest';
import { until } from './until.ts';

/** Characters of standard error, of which the latest are kept: a watcher logs each delivery, and a text of 512 Mi is none. */
const MOST_KEPT = 64 * 2 ** 20;
const CHECKOUT = fileURLToPath(new URL('../../bin/offhook.js', import.meta.url));

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

export type OffhookProcess = {
  readonly pid: number;
  stdout(): string;
  stderr(): string;
  /** Waits until standard error matches; fails with all of it when it does not in time. */
  says(pattern: RegExp, deadlineMs?: number): Promise<RegExpExecArray>;
  /** Whoever reads its log goes away: what it writes there from now on fails with EPIPE. */
  closeStderr(): void;
  kill(signal: NodeJS.Signals): void;
  /** To the process and everything it started, as a terminal does it. */
  killGroup(signal: NodeJS.Signals): void;
  ended(): Promise<Ended>;
};

/**
 * The real command in a process of its own, as it is published (`dev`, which bundles its Worker, from this checkout);
 * killed after the test if it still runs.
 */
export function startOffhook(
  args: readonly string[],
  options: {
    readonly env?: Record<string, string>;
    readonly stdin?: string;
    readonly cwd?: string;
    /** Of Node itself. */
    readonly nodeFlags?: readonly string[];
    /** Of another installation. */
    readonly bin?: string;
  } = {},
): OffhookProcess {
  const bin = options.bin ?? (args[0] === 'dev' ? CHECKOUT : inject('builtOffhook'));
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, [...(options.nodeFlags ?? []), bin, ...args], {
    env: { PATH, HOME, NODE_COMPILE_CACHE, ...options.env },
    // A process group of its own.
    detached: true,
    ...(options.cwd && { cwd: options.cwd }),
  });
  const killGroup = (signal: NodeJS.Signals): void => {
    // Gone already, with its whole group.
    if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid ?? 0), signal);
  };
  onTestFinished(() => killGroup('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    if (stderr.length > MOST_KEPT) stderr = stderr.slice(-MOST_KEPT / 2);
  });
  const ended = once(child, 'close').then(([code]): Ended => ({ code, stdout, stderr }));
  child.stdin.on('error', () => {});
  child.stdin.end(options.stdin ?? '');
  return {
    pid: child.pid ?? -1,
    stdout: () => stdout,
    stderr: () => stderr,
    async says(pattern, deadlineMs = 15_000) {
      let found: RegExpExecArray | null = null;
      const matched = () => {
        found = pattern.exec(stderr);
        return found !== null;
      };
      await until(String(pattern), matched, deadlineMs).catch((error: Error) => {
        throw new Error(`${error.message}\nstandard error was:\n${stderr}\nstandard output was:\n${stdout}`);
      });
      return found ?? pattern.exec('') ?? ([] as unknown as RegExpExecArray);
    },
    closeStderr: () => void child.stderr.destroy(),
    kill: (signal) => void child.kill(signal),
    killGroup,
    ended: () => ended,
  };
}

/** Runs the command to its end. */
export function runOffhook(...given: Parameters<typeof startOffhook>): Promise<Ended> {
  return startOffhook(...given).ended();
}
