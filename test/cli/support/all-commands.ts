import type { Command, CommandGroup } from '../../../cli/command/command.ts';
import { offhookCommands } from '../../../cli/commands.ts';

/** A command with the words that lead to it: `['journal', 'list']`. */
export type PlacedCommand = { readonly words: readonly string[]; readonly command: Command };

/** Every command, those of groups too. */
export const allCommands: readonly PlacedCommand[] = commandsBelow(offhookCommands, []);

function commandsBelow(group: CommandGroup, words: readonly string[]): readonly PlacedCommand[] {
  return group.commands.flatMap((each): readonly PlacedCommand[] => {
    const longer = [...words, each.name];
    return 'commands' in each ? commandsBelow(each, longer) : [{ words: longer, command: each }];
  });
}
