import type { Completable, CompletionPoint } from './completion-tree.ts';

/** A completion script for bash 3.2 and later. */
export function bashScript(points: readonly CompletionPoint[]): string {
  const paths = points.map(({ path }) => quoted(path)).join('|');
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
${points.flatMap(valueCases).join('\n')}
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

function valueCases({ path, options }: CompletionPoint): string[] {
  return options.flatMap(({ name, short, value }) => {
    if (value === null) return [];
    const names = [`--${name}`, ...(short === undefined ? [] : [`-${short}`])];
    const pattern = names.map((each) => quoted(`${path}:${each}`)).join('|');
    return [`    ${pattern}) ${[...action(value), 'return'].join('; ')} ;;`];
  });
}

function pointCase({ path, commands, options, operand }: CompletionPoint): string {
  const words = [...commands.map(({ name }) => name), ...options.map(({ name }) => `--${name}`)];
  const parts = [`COMPREPLY=($(compgen -W ${quoted(words.join(' '))} -- "$cur"))`];
  // Only where no option is begun.
  const about = action(operand).map(
    (part) => `[[ $cur == -* ]] || ${part.replace('COMPREPLY=', 'COMPREPLY+=')}`,
  );
  return `    ${quoted(path)}) ${[...parts, ...about].join('; ')} ;;`;
}

function action(value: Completable): string[] {
  switch (value.kind) {
    case 'words':
      return [`COMPREPLY=($(compgen -W ${quoted(value.words.join(' '))} -- "$cur"))`];
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

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
