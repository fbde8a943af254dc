import { shellQuoted } from '../terminal/shell-quoted.ts';
import type { Completable, CompletionPoint } from './completion-tree.ts';

/**
 * Branches of a `case "$at:$prev"` in bash or zsh, one for each option that takes a value.
 *
 * @param action the commands that offer the values.
 */
export function valueCases(
  points: readonly CompletionPoint[],
  action: (value: Completable) => readonly string[],
): string {
  const lines = points.flatMap(({ path, options }) =>
    options.flatMap(({ name, short, value }) => {
      if (value === null) return [];
      const names = [`--${name}`, ...(short === undefined ? [] : [`-${short}`])];
      const pattern = names.map((each) => shellQuoted(`${path}:${each}`)).join('|');
      return [`    (${pattern}) ${[...action(value), 'return'].join('; ')} ;;`];
    }),
  );
  return lines.join('\n');
}
