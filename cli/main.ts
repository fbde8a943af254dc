import { parseArgs } from 'node:util';
import { commands } from './commands.ts';
import { type FoundCommand, type FoundGroup, findCommand } from './find-command.ts';
import { type CommandEntry, type CommandIo, EXIT, parseCommand, UsageError } from './terminal/command.ts';
import { version } from './terminal/version.ts';

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
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    stop,
  };
  process.exitCode = await runCli(process.argv.slice(2), io);
  // What a command leaves running (a keep-alive socket, say) must not keep the process: flush, then end.
  process.stdout.write('', () => process.exit());
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
      if (!stop.signal.aborted) firstAtMs = performance.now();
      else if (performance.now() - firstAtMs > SAME_SIGNAL_MS) process.exit(exitCode);
      stop.abort(signal);
    });
  }
  return stop.signal;
}

/** Runs one command line and returns its exit code. */
export async function runCli(argv: readonly string[], io: CommandIo): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') return help(rest, io);
  if (name === '--version' || name === '-V') {
    io.stdout.write(`offhook ${version()}\n`);
    return EXIT.ok;
  }
  try {
    const found = await findCommand(argv, commands);
    if (found.kind === 'unknown') return usageFailure(io, found.message, found.parent);
    if (found.kind === 'group' || wantsHelp(found.rest)) return printHelp(found, io);
    return await runCommand(found, io);
  } catch (error) {
    return defect(name, error, io);
  }
}

async function runCommand({ name, command, rest }: FoundCommand, io: CommandIo): Promise<number> {
  try {
    return await command.run(parseCommand(command, rest), io);
  } catch (error) {
    if (error instanceof UsageError) return usageFailure(io, error.message, name);
    throw error;
  }
}

function defect(name: string, error: unknown, io: CommandIo): number {
  io.stderr.write(
    `offhook ${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  io.stderr.write('This is a defect in offhook; please report it with the lines above.\n');
  return EXIT.failed;
}

function wantsHelp(argv: readonly string[]): boolean {
  const { values } = parseArgs({
    args: [...argv],
    options: { help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
    strict: false,
  });
  return values.help === true;
}

async function help(argv: readonly string[], io: CommandIo): Promise<number> {
  if (argv.length === 0) {
    io.stdout.write(overview(commands));
    return EXIT.ok;
  }
  const found = await findCommand(argv, commands);
  return found.kind === 'unknown' ? usageFailure(io, found.message, found.parent) : printHelp(found, io);
}

function printHelp(found: FoundCommand | FoundGroup, io: CommandIo): number {
  io.stdout.write(found.kind === 'group' ? found.group.help : found.command.help);
  return EXIT.ok;
}

function overview(all: readonly CommandEntry[]): string {
  const width = Math.max(...all.map(({ name }) => name.length));
  return `Offhook turns Kubernetes container lifecycle transitions into signed webhooks.

Usage: offhook COMMAND [OPTIONS]

Commands:
${all.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n')}

"offhook COMMAND --help" explains one of them. --version prints the version.
`;
}

function usageFailure(io: CommandIo, message: string, who: string): number {
  io.stderr.write(`${who}: ${message}\nTry "${who} --help".\n`);
  return EXIT.usage;
}
