import type { Command, CommandEntry, CommandGroup } from './terminal/command.ts';

/** `name` with all that leads to it: `offhook journal list`. `rest`: the arguments behind it. */
export type FoundCommand = {
  readonly kind: 'command';
  readonly name: string;
  readonly command: Command;
  readonly rest: readonly string[];
};

export type FoundGroup = { readonly kind: 'group'; readonly name: string; readonly group: CommandGroup };

/** `parent`: whose help lists what there is. */
export type UnknownCommand = { readonly kind: 'unknown'; readonly message: string; readonly parent: string };

/** The command that a command line names, loading only what lies on the way to it. */
export async function findCommand(
  argv: readonly string[],
  entries: readonly CommandEntry[],
  parent = 'offhook',
): Promise<FoundCommand | FoundGroup | UnknownCommand> {
  const [word = '', ...rest] = argv;
  const entry = entries.find(({ name }) => name === word);
  if (entry === undefined) {
    const known = entries.map(({ name }) => name).join(', ');
    return { kind: 'unknown', message: `unknown command "${word}"; the commands are ${known}`, parent };
  }
  const name = `${parent} ${word}`;
  const loaded = await entry.load();
  if (!('commands' in loaded)) return { kind: 'command', name, command: loaded, rest };
  const [next] = rest;
  return next === undefined || next.startsWith('-')
    ? { kind: 'group', name, group: loaded }
    : findCommand(rest, loaded.commands, name);
}
