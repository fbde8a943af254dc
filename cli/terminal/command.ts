import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { messageOf } from '../../settings/ambient/describe-error.ts';

/** Exit codes are an interface: scripts and Kubernetes read them. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** What a command may touch of the process; tests and the shell give the same. */
export type CommandIo = {
  readonly stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by SIGINT or SIGTERM. */
  readonly stop: AbortSignal;
};

export type Output = { write(text: string): void; readonly isTTY?: boolean };

/** A command as the overview lists it; its code is loaded when it is asked for, so that each starts fast. */
export type CommandEntry = {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  load(): Promise<Command | CommandGroup>;
};

/** A command that only has commands of its own, such as `offhook journal`. */
export type CommandGroup = { readonly help: string; readonly commands: readonly CommandEntry[] };

export type Command = {
  /** The whole help text. */
  readonly help: string;
  readonly options: ParseArgsOptionsConfig;
  /** How many operands it takes, at most. */
  readonly operands: number;
  run(input: CommandInput, io: CommandIo): Promise<number>;
};

export type CommandInput = {
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly operands: readonly string[];
};

/** A mistake on the command line; printed with a hint at `--help`, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Reads a command's arguments strictly.
 *
 * @throws UsageError for an unknown option, a missing value, or too many operands.
 */
export function parseCommand(command: Command, argv: readonly string[]): CommandInput {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: { ...command.options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
      strict: true,
    });
    const surplus = positionals[command.operands];
    if (surplus !== undefined) throw new UsageError(`unexpected argument "${surplus}"`);
    return { options: values as CommandInput['options'], operands: positionals };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    // parseArgs explains itself at length; its first sentence says what is wrong.
    const [reason = 'bad arguments'] = messageOf(error).split('. ');
    throw new UsageError(reason.charAt(0).toLowerCase() + reason.slice(1));
  }
}

/** The value of a `--name VALUE` option. */
export function stringOption(input: CommandInput, name: string): string | undefined {
  const value = input.options[name];
  return typeof value === 'string' ? value : undefined;
}
