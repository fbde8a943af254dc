import { type ChildProcess, fork } from 'node:child_process';

/** A part of the world outside the watcher, in a process of its own: it must not share the watcher's thread. */
export interface OutsideProcess {
  /** What it said when it was ready. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** Asks it something and waits for the answer. */
  ask(question: object): Promise<Readonly<Record<string, unknown>>>;
  stop(): Promise<void>;
}

/**
 * Starts a module (a path, or relative to this one) and waits until it is ready.
 *
 * @throws Error when the process ends before it says anything.
 */
export function startOutside(module: string, ...args: readonly string[]): Promise<OutsideProcess> {
  return startOutsideAs({ flags: [], env: {} }, module, ...args);
}

/** The same with flags of Node, and with more in its environment. */
export async function startOutsideAs(
  { flags, env }: { readonly flags: readonly string[]; readonly env: Readonly<Record<string, string>> },
  module: string,
  ...args: readonly string[]
): Promise<OutsideProcess> {
  const options = { execArgv: [...flags], env: { ...process.env, ...env } };
  const child = fork(new URL(module, import.meta.url), [...args], options);
  const ready = await nextMessage(child, module);
  return {
    ready,
    ask(question) {
      const answer = nextMessage(child, module);
      child.send(question);
      return answer;
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function nextMessage(child: ChildProcess, module: string): Promise<Readonly<Record<string, unknown>>> {
  return new Promise((resolve, reject) => {
    const failed = () => reject(new Error(`${module} ended too early`));
    child.once('exit', failed);
    child.once('message', (message) => {
      child.off('exit', failed);
      resolve(message as Record<string, unknown>);
    });
  });
}
