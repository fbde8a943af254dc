/**
 * A command line of kubectl or helm.
 *
 * @property words without options: the verb, and what it is about.
 * @property options long and short, without their values.
 * @property behind what follows `--`.
 */
export type CommandWords = {
  readonly words: readonly string[];
  readonly options: ReadonlyMap<string, string>;
  readonly behind: readonly string[];
};

/** Options that stand alone; all others have their value behind `=` or as the next word. */
const ALONE = new Set(['--previous', '--help', '--json']);

/** Takes a command line apart. */
export function commandWords(args: readonly string[]): CommandWords {
  const dashes = args.indexOf('--');
  const own = dashes < 0 ? args : args.slice(0, dashes);
  const words: string[] = [];
  const options = new Map<string, string>();
  for (let at = 0; at < own.length; at++) {
    const word = own[at] ?? '';
    const [name = '', ...value] = word.split('=');
    if (!word.startsWith('-')) words.push(word);
    else if (value.length > 0) options.set(name, value.join('='));
    else if (ALONE.has(word)) options.set(word, '');
    else {
      at += 1;
      options.set(word, own[at] ?? '');
    }
  }
  return { words, options, behind: dashes < 0 ? [] : args.slice(dashes + 1) };
}
