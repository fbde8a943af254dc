import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Option, ValueOption } from '../../cli/command/option.ts';
import { runHere } from '../support/run-here.ts';
import { allCommands } from './support/all-commands.ts';

type Placed<Kind extends Option> = {
  readonly words: readonly string[];
  readonly name: string;
  readonly option: Kind;
};

const options: readonly Placed<Option>[] = allCommands.flatMap(({ words, command }) =>
  Object.entries(command.options).map(([name, option]) => ({ words, name, option })),
);
const withValue = options.filter(
  (each): each is Placed<ValueOption<unknown>> => each.option.kind !== undefined,
);
const flags = options.filter(({ option }) => option.kind === undefined);
const nowMs = 1_800_000_000_000;

/** An option of a command with a value that every kind of company takes. */
function given(words: readonly string[], name: string): string {
  const option = options.find((each) => each.words === words && each.name === name)?.option;
  return option?.kind === undefined ? `--${name}` : `--${name}=http://a`;
}

/** Exit code 2, nothing on standard output, and what is wrong with which command's option. */
async function expectRefused(argv: readonly string[], words: readonly string[], message: RegExp) {
  const { code, stdout, stderr } = await runHere(argv);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(message);
  expect(stderr).toContain(`Try "offhook ${words.join(' ')} --help".`);
  return stderr;
}

describe('an option given wrongly is refused by its name', () => {
  it.each(withValue)('$words --$name without its value', async ({ words, name, option }) => {
    const needed = new RegExp(`--${name} needs a value: --${name} ${option.placeholder}`);
    await expectRefused([...words, `--${name}`], words, needed);
    await expectRefused([...words, `--${name}`, '--json'], words, needed);
    await expectRefused([...words, `--${name}=`], words, new RegExp(`--${name} `));
  });

  it.each(flags)('$words --$name with a value', async ({ words, name }) => {
    await expectRefused([...words, `--${name}=yes`], words, new RegExp(`--${name} takes no value`));
  });

  it('with any text that is not what it takes, which is repeated unless it can be a secret', async () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '-1',
        '0',
        '1e3',
        ' 5',
        '5 ',
        '0x10',
        '1.5',
        '99999999999999999999',
        'NaN',
        '٣',
        '1h1m',
      ),
      fc.constantFrom(
        '2026-01-31',
        '2026-13-01T00:00:00Z',
        'PRESTART',
        'preStart ',
        'https://u:p@h',
        'javascript:0',
      ),
    );
    const wrong = fc
      .tuple(fc.constantFrom(...withValue), texts)
      .filter(([{ option }, text]) => text === '' || option.kind.read(text, nowMs) === undefined);
    await fc.assert(
      fc.asyncProperty(wrong, async ([{ words, name, option }, text]) => {
        // What the option goes with, so that this is all that is wrong.
        const company = Object.keys(option.goesWith ?? {}).map((other) => given(words, other));
        const operands = allCommands.find((each) => each.words === words)?.command.operands ?? {};
        const argv = [...words, ...company, `--${name}=${text}`, ...Object.keys(operands).map(() => '1')];
        const stderr = await expectRefused(argv, words, new RegExp(`--${name} must (not )?be `));
        expect(stderr.includes(`not "${text}"`)).toBe(text !== '' && option.kind.hidden !== true);
      }),
      { numRuns: 300 },
    );
  });

  it('when its name is misspelt, with the name that was probably meant', async () => {
    const misspelt = fc
      .tuple(fc.constantFrom(...options.filter(({ name }) => name.length > 3)), fc.nat())
      .map(([placed, at]) => {
        const index = at % (placed.name.length - 1);
        const swapped = `${placed.name.slice(0, index)}${placed.name[index + 1]}${placed.name[index]}${placed.name.slice(index + 2)}`;
        return { ...placed, swapped };
      })
      .filter(({ name, swapped }) => name !== swapped && !swapped.startsWith('-'));
    await fc.assert(
      fc.asyncProperty(misspelt, async ({ words, name, swapped }) => {
        const meant = new RegExp(`unknown option '--${swapped}'; did you mean --${name}\\?`);
        await expectRefused([...words, `--${swapped}`], words, meant);
      }),
      { numRuns: 200 },
    );
  });

  it('beside one that it conflicts with, or without one that it goes with', async () => {
    for (const { words, name, option } of options) {
      for (const [other, why] of Object.entries(option.conflicts ?? {})) {
        const message = new RegExp(`--${name} does not go with --${other}: ${why}`);
        await expectRefused([...words, given(words, name), given(words, other)], words, message);
        await expectRefused([...words, given(words, other), given(words, name)], words, message);
      }
      for (const other of Object.keys(option.goesWith ?? {})) {
        await expectRefused(
          [...words, given(words, name)],
          words,
          new RegExp(`--${name} goes with --${other}`),
        );
      }
    }
  });

  it.each(['constructor', '__proto__', 'toString', 'no-json', 'x'])('when there is no --%s', async (name) => {
    for (const { words } of allCommands)
      await expectRefused([...words, `--${name}`], words, new RegExp(`unknown option '--${name}'`));
  });
});
