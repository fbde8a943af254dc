import { shellQuoted } from '../terminal/shell-quoted.ts';
import type { Completable, CompletionPoint } from './completion-tree.ts';
import { valueCases } from './value-cases.ts';

/** A completion script for bash 3.2 and later. */
export function bashScript(points: readonly CompletionPoint[]): string {
  const paths = points.map(({ path }) => shellQuoted(path)).join('|');
  return `# bash completion for offhook. To use it now: source <(offhook completion bash)
_offhook() {
  local IFS=$' \\t\\n' cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} at=offhook i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at \${COMP_WORDS[i]}" in
      ${paths}) at="$at \${COMP_WORDS[i]}" ;;
    esac
  done
  # --hook=pre comes as three words.
  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  case "$at:$prev" in
${valueCases(points, action)}
  esac
  case "$at" in
${points.map(pointCase).join('\n')}
  esac
}
_offhook_files() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY+=($(compgen "-$1" -- "$2"))
}
complete -F _offhook offhook
`;
}

function pointCase({ path, commands, options, operand }: CompletionPoint): string {
  const words = [...commands.map(({ name }) => name), ...options.map(({ name }) => `--${name}`)];
  const parts = [`COMPREPLY=($(compgen -W ${shellQuoted(words.join(' '))} -- "$cur"))`];
  // Only where no option is begun.
  const about = action(operand).map(
    (part) => `[[ $cur == -* ]] || ${part.replace('COMPREPLY=', 'COMPREPLY+=')}`,
  );
  return `    ${shellQuoted(path)}) ${[...parts, ...about].join('; ')} ;;`;
}

function action(value: Completable): string[] {
  switch (value.kind) {
    case 'words':
      return [`COMPREPLY=($(compgen -W ${shellQuoted(value.words.join(' '))} -- "$cur"))`];
    case 'file':
      return ['_offhook_files f "$cur"'];
    case 'directory':
      return ['_offhook_files d "$cur"'];
    case 'nothing':
      return [];
    default:
      return value satisfies never;
  }
}
