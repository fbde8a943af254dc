import type { Command, CommandGroup } from '../command/command.ts';
import type { Option } from '../command/option.ts';

/** What may stand where a value belongs: one of a few words, a file, a directory, or anything. */
export type Completable =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'file' | 'directory' | 'nothing' };

/** `value`: null for a flag. */
export type CompletableOption = {
  readonly name: string;
  readonly short: string | undefined;
  readonly help: string;
  readonly value: Completable | null;
};

/**
 * What can follow the words of one command: further commands, options, and what it is about.
 *
 * @property path `offhook journal list`.
 */
export type CompletionPoint = {
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly CompletableOption[];
  readonly operand: Completable;
};

const HELP: CompletableOption = { name: 'help', short: 'h', help: 'explain it', value: null };
const VERSION: CompletableOption = { name: 'version', short: 'v', help: 'print the version', value: null };

/** Every point of a command line, from the declarations of the commands. */
export function completionPoints(root: CommandGroup): readonly CompletionPoint[] {
  const [first, ...others] = pointsBelow(root, root.name);
  if (first === undefined) return [];
  const commands = [...first.commands, { name: 'help', summary: 'explain a command' }];
  return [{ ...first, commands, options: [HELP, VERSION] }, ...others];
}

function pointsBelow(command: Command | CommandGroup, path: string): readonly CompletionPoint[] {
  if (!('commands' in command)) {
    const options = Object.entries(command.options).map(([name, option]) => completableOption(name, option));
    const [operand] = Object.values(command.operands);
    const about = operand === undefined ? NOTHING : completable(operand.placeholder, operand.kind.words);
    return [{ path, commands: [], options: [...options, HELP], operand: about }];
  }
  const commands = command.commands.map(({ name, summary }) => ({ name, summary }));
  const own = { path, commands, options: [HELP], operand: NOTHING };
  return [own, ...command.commands.flatMap((each) => pointsBelow(each, `${path} ${each.name}`))];
}

const NOTHING: Completable = { kind: 'nothing' };

function completableOption(name: string, option: Option): CompletableOption {
  const { short, help } = option;
  return {
    name,
    short,
    help,
    value: option.kind === undefined ? null : completable(option.placeholder, option.kind.words),
  };
}

function completable(placeholder: string, words: readonly string[] | undefined): Completable {
  if (words !== undefined) return { kind: 'words', words };
  if (placeholder === 'FILE') return { kind: 'file' };
  return placeholder === 'DIR' ? { kind: 'directory' } : NOTHING;
}
