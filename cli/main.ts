import { systemClock } from '../settings/ambient/clock.ts';
import type { CommandIo } from './command/command-io.ts';
import { EXIT } from './command/exit-code.ts';
import { programName } from './program-name.ts';
import { runCli } from './run-cli.ts';

/** The process: the only place that reads its arguments, takes its signals and sets its exit code. */
export async function main(): Promise<void> {
  const stop = stopOnSignals();
  // `offhook explain … | head` closes our output early; that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failed),
  );
  // A log that nobody can write is no reason to stop delivering; and to report it there would have no end.
  process.stderr.on('error', () => {});
  const io: CommandIo = {
    // Made when it is read: few commands do, and Node loads all of its streams for it.
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    stop,
    onHangup(listener) {
      if (!isAtTerminal()) process.on('SIGHUP', listener);
    },
  };
  const [, script, ...argv] = process.argv;
  process.exitCode = await runCli(argv, io, programName(script));
  // What a command leaves running (a keep-alive socket, say) must not keep the process: flush, then end.
  process.stdout.write('', () => process.exit());
}

function isAtTerminal(): boolean {
  return [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY === true);
}

/** npm passes Ctrl-C on to its child, which the terminal has told already: what follows this soon is the same one. */
const SAME_SIGNAL_MS = 500;

/** Aborted by the first SIGINT or SIGTERM. A second one means "now": 128 + signal number, as shells have it. */
function stopOnSignals(): AbortSignal {
  const stop = new AbortController();
  let firstAtMs = 0;
  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.on(signal, () => {
      if (!stop.signal.aborted) firstAtMs = systemClock.monotonicMs();
      else if (systemClock.monotonicMs() - firstAtMs > SAME_SIGNAL_MS) process.exit(exitCode);
      stop.abort(signal);
    });
  }
  return stop.signal;
}
