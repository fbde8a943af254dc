import { parseArgs } from 'node:util';
import { systemClock } from '../settings/ambient/clock.ts';
import { nearest } from '../settings/nearest.ts';
import type { CommandIo } from './command/command-io.ts';
import { EXIT } from './command/exit-code.ts';
import { commandHelp, groupHelp } from './command/help-text.ts';
import { UsageError } from './command/usage-error.ts';
import { offhookCommands } from './commands.ts';
import { type FoundCommand, type FoundGroup, findCommand } from './find-command.ts';
import { behindCommand, calledSo, type ProgramName } from './program-name.ts';
import { version } from './terminal/version.ts';

const VERSION_OPTIONS: readonly string[] = ['--version', '-v', '-V'];

/**
 * Runs one command line and returns its exit code.
 *
 * @param program what it was called: help and mistakes on the command line say it.
 */
export async function runCli(
  given: readonly string[],
  io: CommandIo,
  program: ProgramName = 'offhook',
): Promise<number> {
  const argv = program === 'offhook' ? given : behindCommand(given);
  const [name, ...rest] = argv;
  if (name === 'help' || name === '--help' || name === '-h') return help(rest, io, program);
  if (name !== undefined && VERSION_OPTIONS.includes(name)) {
    io.stdout.write(`offhook ${version()}\n`);
    return EXIT.ok;
  }
  const found = findCommand(argv, offhookCommands, program);
  if (found.kind === 'unknown') return usageFailure(io, found.message, found.parent);
  if (wantsHelp(found.rest)) return printHelp(found, io, program);
  if (found.kind === 'command') return await runCommand(found, io);
  const [option] = found.rest;
  if (option === undefined) return printHelp(found, io, program);
  const near = nearest(option, ['--help', '--version']);
  const meant = near === undefined ? '' : `; did you mean ${near}?`;
  return usageFailure(io, `expected a COMMAND, not "${option}"${meant}`, found.path);
}

async function runCommand({ path, command, rest }: FoundCommand, io: CommandIo): Promise<number> {
  try {
    return await command.prepare(rest, systemClock.nowMs())(io);
  } catch (error) {
    return error instanceof UsageError ? usageFailure(io, error.message, path) : defect(path, error, io);
  }
}

function defect(path: string, error: unknown, io: CommandIo): number {
  io.stderr.write(`${path}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  io.stderr.write('This is a defect in offhook; please report it with the lines above.\n');
  return EXIT.failed;
}

/** Help is given wherever it is asked for, whatever else is wrong. */
function wantsHelp(argv: readonly string[]): boolean {
  const { values } = parseArgs({
    args: [...argv],
    options: { help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
    strict: false,
  });
  return values.help === true;
}

/** `offhook help journal list` */
function help(argv: readonly string[], io: CommandIo, program: ProgramName): number {
  const found = findCommand(argv, offhookCommands, program);
  return found.kind === 'unknown'
    ? usageFailure(io, found.message, found.parent)
    : printHelp(found, io, program);
}

function printHelp(found: FoundCommand | FoundGroup, io: CommandIo, program: ProgramName): number {
  const { path } = found;
  const text = found.kind === 'group' ? groupHelp(path, found.group) : commandHelp(path, found.command);
  io.stdout.write(calledSo(text, program));
  return EXIT.ok;
}

function usageFailure(io: CommandIo, message: string, who: string): number {
  io.stderr.write(`${who}: ${message}\nTry "${who} --help".\n`);
  return EXIT.usage;
}
