import type { Clock } from '../../../../settings/ambient/clock.ts';
import type { Container } from '../../objects/pod-spec.ts';
import { type Files, type Process, startProcess } from '../process/process.ts';
import { parseProgram } from '../process/shell.ts';

/** The last bytes of a container's output that are kept for `kubectl logs`. */
const MAX_LOG_CHARS = 64 * 1024;

/** One run of a container: from the start of its main process to its exit. */
export type SimulatedRun = {
  /** `containerd://` and 64 hexadecimal digits. */
  containerID: string;
  /** How many runs of this container came before. */
  attempt: number;
  startedAtMs: number;
  /** Set once the main process has ended. */
  exit: { code: number; atMs: number } | undefined;
  /** It was ended for using more memory than it may. */
  outOfMemory: boolean;
  /** A probe found it unhealthy: the next sync kills and restarts it. */
  unhealthy: boolean;
  exited: Promise<void>;
  /** Runs a command inside; it dies with the container, with exit code 137. */
  exec(command: string[]): Promise<{ code: number; output: string }>;
  terminate(): void;
  kill(): void;
  killForMemory(): void;
  output(): string;
};

/** Starts a container's main process; `onExit` is called once, when it has ended. */
export function startRun(
  container: Container,
  {
    clock,
    containerID,
    attempt,
    onExit,
  }: { clock: Clock; containerID: string; attempt: number; onExit: () => void },
): SimulatedRun {
  const files: Files = new Map();
  const inside = new Set<Process>();
  let output = '';
  const program = parseProgram([...(container.command ?? []), ...(container.args ?? [])]);
  const print = (text: string) => {
    output = (output + text).slice(-MAX_LOG_CHARS);
  };
  const main = startProcess(program, { clock, files, print });

  const run: SimulatedRun = {
    containerID,
    attempt,
    startedAtMs: clock.nowMs(),
    exit: undefined,
    outOfMemory: false,
    unhealthy: false,
    exited: main.exited.then((code) => {
      run.exit = { code, atMs: clock.nowMs() };
      for (const process of inside) process.kill();
      onExit();
    }),
    async exec(command) {
      let printed = '';
      const collect = (text: string) => {
        printed = (printed + text).slice(-MAX_LOG_CHARS);
      };
      const process = startProcess(parseProgram(command), { clock, files, print: collect });
      inside.add(process);
      if (run.exit) process.kill();
      const code = await process.exited;
      inside.delete(process);
      return { code, output: printed };
    },
    terminate: () => main.terminate(),
    kill: () => main.kill(),
    killForMemory() {
      run.outOfMemory = true;
      main.kill();
    },
    output: () => output,
  };
  return run;
}
