import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { runHere } from '../../support/run-here.ts';
import { allCommands } from '../support/all-commands.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

function has(shell: Shell): boolean {
  try {
    execFileSync(shell, ['-c', 'true']);
    return true;
  } catch {
    return false;
  }
}

/** How each shell is asked what could follow `$@`, the last word of which is begun. */
const ASK: Readonly<Record<Shell, string>> = {
  bash: `source ./script; COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _offhook; printf '%s\\n' "\${COMPREPLY[@]}"`,
  // What a widget would be given, printed: the builtins work within one only.
  zsh: `compdef() { :; }; compset() { PREFIX=\${PREFIX#*=}; }; source ./script
compadd() { shift; print -rl -- "$@"; }; _files() { print -rl -- *; }
_describe() { local all=\${@[-1]}; print -rl -- \${\${(P)all}%%:*}; }
words=("$@"); CURRENT=$#; PREFIX=\${words[-1]}; _offhook`,
  fish: 'source ./script; complete -C "$argv" | string replace -r "\\t.*" ""; true',
};

async function completed(shell: Shell, ...words: readonly string[]): Promise<string[]> {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, 'script'), (await runHere(['completion', shell])).stdout);
  writeFileSync(join(cwd, 'pods.ndjson'), '');
  mkdirSync(join(cwd, 'podium'));
  const options =
    shell === 'zsh'
      ? ['-fc', ASK.zsh, 'zsh']
      : shell === 'bash'
        ? ['-c', ASK.bash, 'bash']
        : ['-c', ASK.fish];
  const given = words.at(-1) ?? '';
  const output = execFileSync(shell, [...options, ...words], { cwd, encoding: 'utf8' });
  const found = output.split('\n').filter((word) => word !== '');
  // zsh itself leaves out what does not begin so.
  return shell === 'zsh' ? found.filter((word) => word.startsWith(given.replace(/^--.*=/, ''))) : found;
}

describe.each(SHELLS)('completion in %s', (shell) => {
  const inShell = it.skipIf(!has(shell));

  inShell('knows commands, and those of groups', async () => {
    expect(await completed(shell, 'offhook', 'jou')).toEqual(['journal']);
    expect(await completed(shell, 'offhook', 'journal', 'sh')).toEqual(['show']);
    expect(await completed(shell, 'offhook', 'completion', 'z')).toEqual(['zsh']);
  });

  inShell('knows the options of a command and of no other', async () => {
    expect((await completed(shell, 'offhook', 'journal', 'list', '--h')).sort()).toEqual([
      '--help',
      '--hook',
    ]);
    expect(await completed(shell, 'offhook', 'audit', 'verify', '--lim')).toEqual([]);
  });

  inShell('knows the words that an option takes', async () => {
    expect(await completed(shell, 'offhook', 'journal', 'list', '--hook', 'preS')).toEqual([
      'preStart',
      'preStop',
    ]);
  });

  inShell('knows files where a file belongs, and only folders where one belongs', async () => {
    expect(await completed(shell, 'offhook', 'explain', 'pods')).toContain('pods.ndjson');
    const watch = await completed(shell, 'offhook', 'watch', '--config', 'pod');
    expect(watch.map((word) => word.replace(/\/$/, ''))).toEqual(
      expect.arrayContaining(['pods.ndjson', 'podium']),
    );
    if (shell === 'zsh') return;
    const folders = await completed(shell, 'offhook', 'journal', 'list', '--data-dir', 'pod');
    expect(folders.map((word) => word.replace(/\/$/, ''))).toEqual(['podium']);
  });

  inShell('is a script without mistakes', async () => {
    const file = join(temporaryDirectory(), 'script');
    writeFileSync(file, (await runHere(['completion', shell])).stdout);
    expect(execFileSync(shell, ['-n', file], { encoding: 'utf8' })).toBe('');
  });

  it('has every command with every option, and no old name', async () => {
    const { stdout } = await runHere(['completion', shell]);
    const missing = allCommands.flatMap(({ words, command }) =>
      Object.keys(command.options)
        .filter((name) => !stdout.includes(shell === 'fish' ? `-l ${name} ` : `--${name}`))
        .map((name) => `${words.join(' ')} --${name}`),
    );
    expect(missing).toEqual([]);
    expect(stdout).not.toMatch(/--journal\b|-l journal\b/);
  });
});

it('--hook=… is completed in bash, where it comes as three words', async () => {
  expect(await completed('bash', 'offhook', 'journal', 'list', '--hook', '=', 'po')).toEqual([
    'postStart',
    'postStop',
  ]);
});

it('another shell is a mistake', async () => {
  const { code, stderr } = await runHere(['completion', 'csh']);
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /SHELL must be one of bash, zsh, fish, not "csh"|SHELL must be one of bash, zsh, fish; not "csh"/,
  );
});
