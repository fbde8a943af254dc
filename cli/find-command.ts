import { nearest } from '../settings/nearest.ts';
import type { Command, CommandGroup } from './command/command.ts';

/** `path`: the words that lead to it, `offhook journal list`. `rest`: the arguments behind it. */
export type FoundCommand = {
  readonly kind: 'command';
  readonly path: string;
  readonly command: Command;
  readonly rest: readonly string[];
};

/** `rest`: options that stand where a command is expected. */
export type FoundGroup = {
  readonly kind: 'group';
  readonly path: string;
  readonly group: CommandGroup;
  readonly rest: readonly string[];
};

/** `parent`: whose help lists what there is. */
type UnknownCommand = { readonly kind: 'unknown'; readonly message: string; readonly parent: string };

/** The command that a command line names, or the group where it names none of its commands. */
export function findCommand(
  argv: readonly string[],
  group: CommandGroup,
  path: string = group.name,
): FoundCommand | FoundGroup | UnknownCommand {
  const [word, ...rest] = argv;
  if (word === undefined || word.startsWith('-')) return { kind: 'group', path, group, rest: argv };
  const found = group.commands.find(({ name }) => name === word);
  if (found === undefined) return { kind: 'unknown', message: unknown(word, group), parent: path };
  const longer = `${path} ${word}`;
  return 'commands' in found
    ? findCommand(rest, found, longer)
    : { kind: 'command', path: longer, command: found, rest };
}

function unknown(word: string, { commands }: CommandGroup): string {
  const names = commands.map(({ name }) => name);
  const near = nearest(word, names);
  const meant = near === undefined ? '' : `; did you mean "${near}"?`;
  return `unknown command "${word}"${meant === '' ? '; the' : `${meant} The`} commands are ${names.join(', ')}`;
}
