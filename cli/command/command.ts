import type { CommandIo } from './command-io.ts';
import type { Operands, OperandValues, Options, OptionValues } from './option.ts';
import { readArguments } from './read-arguments.ts';

/** What a help text says of a command besides its options. Texts are wrapped; indented paragraphs stay as they are. */
type Explained = {
  /** The word on the command line. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Paragraphs. */
  readonly about: string;
  /** What may stand behind the name, if it is not simply the operands and `[OPTIONS]`. */
  readonly usage?: readonly string[];
  /** Paragraphs below the options. */
  readonly notes?: string;
  /** Whole command lines. */
  readonly examples?: readonly string[];
  /** By number, when it ends so; an empty text for plain success. */
  readonly exitCodes: Readonly<Record<string, string>>;
};

/**
 * All there is to say of a command. What does its work is loaded by `run`, so that help, a mistake on the command line
 * and every other command start fast.
 */
type CommandDeclaration<Os extends Options, Ps extends Operands> = Explained & {
  readonly operands?: Ps;
  readonly options: Os;
  /** @returns the exit code. */
  run(values: OptionValues<Os> & OperandValues<Ps>, io: CommandIo): Promise<number>;
};

/** A declared command. */
export type Command = Explained & {
  readonly operands: Operands;
  readonly options: Options;
  /**
   * Reads its arguments, touching nothing; what comes back does the work and gives the exit code.
   *
   * @param nowMs wall time, for what is so long ago.
   * @throws UsageError
   */
  prepare(argv: readonly string[], nowMs: number): (io: CommandIo) => Promise<number>;
};

/** A command that only has commands of its own, such as `offhook journal`. */
export type CommandGroup = Pick<Explained, 'name' | 'summary' | 'about' | 'notes'> & {
  readonly commands: readonly (Command | CommandGroup)[];
  /** Options that all of them have, told with the group. */
  readonly common?: { readonly heading: string; readonly options: Options };
};

/** Makes a command of its declaration; the types of what `run` gets follow from the options and operands. */
export function defineCommand<const Os extends Options, const Ps extends Operands = Record<never, never>>(
  declaration: CommandDeclaration<Os, Ps>,
): Command {
  const { run, operands = {}, ...explained } = declaration;
  const declared = { options: declaration.options, operands };
  return {
    ...explained,
    operands,
    prepare(argv, nowMs) {
      const { values, hints } = readArguments(declared, argv, nowMs);
      return (io) => {
        for (const hint of hints) io.stderr.write(`offhook: ${hint}\n`);
        return run(values as OptionValues<Os> & OperandValues<Ps>, io);
      };
    },
  };
}
