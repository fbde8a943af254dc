import type { FoundFunction } from './find-functions.ts';
import { MOST_FUNCTION_LINES } from './rules.ts';

/** A function that may be longer than others: up to `ownLines` of its own, `allLines` with the functions inside it. */
export type LongFunction = {
  readonly path: string;
  readonly name: string;
  readonly ownLines?: number;
  readonly allLines?: number;
};

type Functions = { readonly path: string; readonly functions: readonly FoundFunction[] };

/**
 * Functions that are longer than {@link MOST_FUNCTION_LINES}, or than the exception made for them, and exceptions that
 * are no longer needed.
 */
export function checkFunctions(
  modules: readonly Functions[],
  exceptions: readonly LongFunction[] = [],
): string[] {
  const needless = exceptions.filter((exception) => !isNeeded(exception, modules));
  return [
    ...modules.flatMap(({ path, functions }) =>
      functions.flatMap((each) =>
        excess(
          each,
          exceptions.find((one) => one.path === path && one.name === each.name),
        ).map((text) => `function-too-long: ${path}:${each.line}: ${each.name}: ${text}`),
      ),
    ),
    ...needless.map(({ path, name }) => `needless-exception: ${path}: ${name} is short enough, or gone`),
  ];
}

function excess({ ownLines, allLines }: FoundFunction, exception: LongFunction | undefined): string[] {
  const { own, all } = MOST_FUNCTION_LINES;
  return [
    ...(ownLines > (exception?.ownLines ?? own) ? [`${ownLines} lines of its own`] : []),
    ...(allLines > (exception?.allLines ?? all) ? [`${allLines} lines in all`] : []),
  ];
}

/** Each of its two numbers must be: a function that got better in one way gets no worse in it again. */
function isNeeded({ path, name, ownLines, allLines }: LongFunction, modules: readonly Functions[]): boolean {
  const { own, all } = MOST_FUNCTION_LINES;
  const found = modules
    .filter((each) => each.path === path)
    .flatMap(({ functions }) => functions.filter((each) => each.name === name));
  const ownNeeded = ownLines === undefined || found.some((each) => each.ownLines > own);
  const allNeeded = allLines === undefined || found.some((each) => each.allLines > all);
  return found.length > 0 && ownNeeded && allNeeded;
}
