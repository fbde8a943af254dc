import { shellQuoted } from '../terminal/shell-quoted.ts';
import type { Completable, CompletionPoint } from './completion-tree.ts';
import { valueCases } from './value-cases.ts';

/** A completion script for zsh, to be sourced, or to lie as \`_offhook\` in a folder of \`fpath\`. */
export function zshScript(points: readonly CompletionPoint[]): string {
  const paths = points.map(({ path }) => shellQuoted(path)).join('|');
  return `#compdef offhook
# zsh completion for offhook. To use it now: source <(offhook completion zsh)
_offhook() {
  local at=offhook prev=\${words[CURRENT-1]}
  local -a commands options
  integer i
  for ((i = 2; i < CURRENT; i++)); do
    case "$at \${words[i]}" in
      (${paths}) at="$at \${words[i]}" ;;
    esac
  done
  # --hook=pre is one word.
  if [[ $PREFIX == --*=* ]]; then
    prev=\${PREFIX%%=*}
    compset -P '*='
  fi
  case "$at:$prev" in
${valueCases(points, action)}
  esac
  case "$at" in
${points.map(pointCase).join('\n')}
  esac
}
if [[ "\${funcstack[1]}" == _offhook ]]; then _offhook "$@"; else compdef _offhook offhook; fi
`;
}

function pointCase({ path, commands, options, operand }: CompletionPoint): string {
  const described = (entries: readonly (readonly [string, string])[]) =>
    entries.map(([name, help]) => shellQuoted(`${name.replaceAll(':', '\\:')}:${help}`)).join(' ');
  const own = commands.map(({ name, summary }) => [name, summary] as const);
  const flags = options.map(({ name, help }) => [`--${name}`, help] as const);
  const parts = [
    ...(own.length === 0 ? [] : [`commands=(${described(own)})`, '_describe command commands']),
    ...action(operand).map((part) => `[[ $PREFIX == -* ]] || ${part}`),
    `options=(${described(flags)})`,
    '[[ $PREFIX != -* ]] || _describe -o option options',
  ];
  return `    (${shellQuoted(path)})\n      ${parts.join('\n      ')} ;;`;
}

function action(value: Completable): string[] {
  switch (value.kind) {
    case 'words':
      return [`compadd -- ${value.words.map(shellQuoted).join(' ')}`];
    case 'file':
      return ['_files'];
    case 'directory':
      return ['_files -/'];
    case 'nothing':
      return [];
    default:
      return value satisfies never;
  }
}
