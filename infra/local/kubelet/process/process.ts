import type { Clock } from '../../../../settings/ambient/clock.ts';
import type { Program, ShellCommand } from './shell.ts';

/** From fork to the first instruction; what keeps `exit 1` alive long enough to be seen running, as recorded. */
const STARTUP_MS = 25;

/** The pause after a round of a loop that did not sleep, so that a busy loop cannot hold up the model. */
const BUSY_LOOP_MS = 50;

/** setTimeout's own limit; longer sleeps are chained. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** SIGKILL and signals that end a process are reported as 128 + the signal's number. */
const KILLED = 137;

/** A container's files: only names and contents that its commands wrote. */
export type Files = Map<string, string>;

export type Process = {
  /** Resolves with the exit code. */
  exited: Promise<number>;
  /** SIGTERM. */
  terminate(): void;
  /** SIGKILL. */
  kill(): void;
};

const MAX_FILES = 1000;

/** Runs a program on the clock. `print` gets what it writes to its output. */
export function startProcess(
  program: Program,
  { clock, files, print }: { clock: Clock; files: Files; print: (text: string) => void },
): Process {
  let ended = false;
  let cancelTimer = () => {};
  let trapCode: number | undefined;
  let termPending = false;
  const { promise: exited, resolve } = Promise.withResolvers<number>();

  function end(code: number): void {
    if (ended) return;
    ended = true;
    cancelTimer();
    resolve(code);
  }

  /** Never resolves once the process has ended: what waits here is over. */
  async function wait(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= MAX_TIMER_MS) {
      await new Promise<void>((proceed) => {
        cancelTimer = clock.after(Math.min(left, MAX_TIMER_MS), proceed);
      });
    }
    // A shell runs its trap when the foreground command is done.
    if (termPending && trapCode !== undefined) end(trapCode);
  }

  async function run(commands: ShellCommand[]): Promise<number> {
    let code = 0;
    for (const command of commands) {
      if (ended) return code;
      code = await perform(command);
    }
    return code;
  }

  async function perform(command: ShellCommand): Promise<number> {
    switch (command.kind) {
      case 'sleep':
        await wait(command.ms);
        return 0;
      case 'exit':
        end(command.code);
        return command.code;
      case 'trap':
        trapCode = command.code;
        return 0;
      case 'loop':
        while (!ended) {
          const before = clock.nowMs();
          await run(command.body);
          if (clock.nowMs() === before) await wait(BUSY_LOOP_MS);
        }
        return 0;
      case 'forever':
        return new Promise<number>(() => {});
      default:
        return useFiles(command, files, print);
    }
  }

  void wait(STARTUP_MS)
    .then(() => run(program.commands))
    .then(end);

  return {
    exited,
    kill: () => end(KILLED),
    terminate() {
      if (program.onTerm === 'exit') cancelTimer = clock.after(STARTUP_MS, () => end(0));
      termPending = true;
    },
  };
}

function useFiles(
  command: Extract<ShellCommand, { kind: 'touch' | 'remove' | 'read' | 'print' }>,
  files: Files,
  print: (text: string) => void,
): number {
  switch (command.kind) {
    case 'touch':
      if (files.size < MAX_FILES) files.set(command.path, files.get(command.path) ?? '');
      return 0;
    case 'remove':
      files.delete(command.path);
      return 0;
    case 'print':
      if (command.path === undefined) print(command.text);
      else if (files.size < MAX_FILES) files.set(command.path, command.text);
      return 0;
    case 'read': {
      const content = files.get(command.path);
      print(content ?? `cat: can't open '${command.path}': No such file or directory\n`);
      return content === undefined ? 1 : 0;
    }
  }
}
