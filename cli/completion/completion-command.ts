import type { CommandGroup } from '../command/command.ts';
import { defineCommand } from '../command/command.ts';
import { EXIT, MISTAKE } from '../command/exit-code.ts';
import { wordValue } from '../command/value-kinds.ts';
import { bashScript } from './bash-script.ts';
import { completionPoints } from './completion-tree.ts';
import { fishScript } from './fish-script.ts';
import { zshScript } from './zsh-script.ts';

const ABOUT = `
Prints a script that makes a shell complete commands, options and their values. It is made from the commands of this
version: print it again after an update.
`;

const NOTES = `
bash, in ~/.bashrc:

    source <(offhook completion bash)

zsh, in ~/.zshrc behind compinit:

    source <(offhook completion zsh)

fish, once:

    offhook completion fish > ~/.config/fish/completions/offhook.fish
`;

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

/** @param root all commands; it is called when they are all there, for this is one of them. */
export function completionCommandOf(root: () => CommandGroup) {
  return defineCommand({
    name: 'completion',
    summary: 'print a completion script for bash, zsh or fish',
    about: ABOUT,
    operands: {
      shell: {
        placeholder: 'SHELL',
        kind: wordValue(['bash', 'zsh', 'fish']),
        wanted: 'a SHELL: bash, zsh or fish',
      },
    },
    options: {},
    notes: NOTES,
    exitCodes: { 0: '', 2: MISTAKE },
    async run({ shell }, { stdout }) {
      stdout.write(SCRIPTS[shell](completionPoints(root())));
      return EXIT.ok;
    },
  });
}
