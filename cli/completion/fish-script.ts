import type { Completable, CompletableOption, CompletionPoint } from './completion-tree.ts';

/** A completion script for fish 3, to be sourced, or to lie in \`~/.config/fish/completions/offhook.fish\`. */
export function fishScript(points: readonly CompletionPoint[]): string {
  const paths = points.map(({ path }) => quoted(path)).join(' ');
  return `# fish completion for offhook. To use it now: offhook completion fish | source
function __offhook_at
    set -l at offhook
    for word in (commandline -opc)
        if contains -- "$at $word" ${paths}
            set at "$at $word"
        end
    end
    test "$at" = "$argv[1]"
end
complete -c offhook -f
${points.flatMap(linesOf).join('\n')}
`;
}

function linesOf({ path, commands, options, operand }: CompletionPoint): string[] {
  const here = `complete -c offhook -n ${quoted(`__offhook_at ${quoted(path)}`)}`;
  return [
    ...commands.map(({ name, summary }) => `${here} -a ${quoted(name)} -d ${quoted(summary)}`),
    ...options.map((option) => `${here} ${optionWords(option)}`),
    ...operandLines(here, operand),
  ];
}

function optionWords({ name, short, help, value }: CompletableOption): string {
  const words = [`-l ${name}`, ...(short === undefined ? [] : [`-s ${short}`]), `-d ${quoted(help)}`];
  return [...words, ...(value === null ? [] : [valueWords(value)])].join(' ');
}

function valueWords(value: Completable): string {
  switch (value.kind) {
    case 'words':
      return `-x -a ${quoted(value.words.join(' '))}`;
    case 'file':
      return '-r -F';
    case 'directory':
      return "-x -a '(__fish_complete_directories)'";
    case 'nothing':
      return '-x';
    default:
      return value satisfies never;
  }
}

function operandLines(here: string, operand: Completable): string[] {
  if (operand.kind === 'words') return [`${here} -a ${quoted(operand.words.join(' '))}`];
  return operand.kind === 'file' ? [`${here} -F`] : [];
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
