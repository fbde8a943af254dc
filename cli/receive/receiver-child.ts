import { spawn } from 'node:child_process';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { systemClock } from '../../settings/ambient/clock.ts';
import type { Environment } from '../../settings/overrides.ts';

/** Handlers in work have ten seconds; what is still there then never ends. */
const LONGEST_STOP_MS = 15_000;
const LONGEST_CHECK_MS = 30_000;
const MOST_MESSAGE_CHARACTERS = 64 * 1024;

/** `offhook receive` in a process of its own, which writes where this one does. */
export type ReceiverChild = {
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  isRunning(): boolean;
  /** Lets it end, and kills it after fifteen seconds. */
  stop(): Promise<void>;
};

export function startChild(argv: readonly string[], env: Environment): ReceiverChild {
  const child = spawn(process.execPath, [program(), 'receive', ...argv], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...env },
  });
  const ended = endOf(child);
  const isRunning = () => child.exitCode === null && child.signalCode === null && child.pid !== undefined;
  return {
    ended,
    isRunning,
    async stop() {
      const cancel = systemClock.after(LONGEST_STOP_MS, () => child.kill('SIGKILL'));
      if (isRunning()) child.kill('SIGTERM');
      await ended;
      cancel();
    },
  };
}

/** Reads the configuration and registers the handlers, in a process that ends with that. */
export async function checkInChild(
  argv: readonly string[],
  env: Environment,
): Promise<{ readonly code: number | string; readonly stderr: string }> {
  const child = spawn(process.execPath, [program(), 'receive', '--check', ...argv], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...env },
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(0, MOST_MESSAGE_CHARACTERS);
  });
  const cancel = systemClock.after(LONGEST_CHECK_MS, () => {
    stderr += `offhook receive: the handlers took longer than ${LONGEST_CHECK_MS / 1_000} s to register\n`;
    child.kill('SIGKILL');
  });
  const code = await endOf(child);
  cancel();
  return { code, stderr };
}

function endOf(child: ReturnType<typeof spawn>): Promise<number | string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'no exit code'));
  });
}

/** Above this file in a checkout, and above the bundle in the package. */
function program(): string {
  const manifest = findPackageJSON(import.meta.url);
  if (manifest === undefined) throw new Error('the package has no package.json; install offhook again');
  return join(dirname(manifest), 'bin', 'offhook.js');
}
