import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export interface Child {
  readonly pid: number | undefined;
  /** Everything it has printed so far. */
  readonly lines: readonly string[];
  /** The next line it prints; null once it has ended. */
  line(): Promise<string | null>;
  /** SIGKILL; resolves when the process is gone and its output has been read. */
  kill(): Promise<void>;
  ended(): Promise<void>;
}

/** Runs a program of this folder in a process of its own; `shell` puts a command in front of it. */
export function startChild(program: string, args: readonly string[], shell?: string): Child {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const command = [process.execPath, path, ...args];
  const [file = '', ...rest] =
    shell === undefined ? command : ['sh', '-c', `${shell} exec "$@"`, 'sh', ...command];
  return follow(spawn(file, rest, { stdio: ['ignore', 'pipe', 'inherit'] }));
}

function follow(child: ChildProcess): Child {
  if (child.stdout === null) throw new Error('a child without output');
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));
  const ended = Promise.all([once(child, 'exit'), once(reader, 'close')]).then(() => undefined);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    pid: child.pid,
    lines,
    async line() {
      const next = once(reader, 'line').then(([line]) => String(line));
      return await Promise.race([next, ended.then(() => null)]);
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    ended: () => ended,
  };
}
