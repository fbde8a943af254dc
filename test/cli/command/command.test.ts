import { describe, expect, expectTypeOf, it } from 'vitest';
import { defineCommand } from '../../../cli/command/command.ts';
import {
  durationValue,
  pointInTimeValue,
  textValue,
  wholeNumberValue,
  wordValue,
} from '../../../cli/command/value-kinds.ts';
import { runHere } from '../../support/run-here.ts';

const NOW_MS = Date.parse('2026-11-27T12:00:00Z');

describe('a declared command', () => {
  it('gets what its options and operands declare, as values', async () => {
    expect(await valuesOf(['a', '--to', 'x', '-v', '--since', '2h', '--shape=round', '--dry-run'])).toEqual({
      file: 'a',
      more: undefined,
      to: 'x',
      limit: 50,
      skip: undefined,
      wait: undefined,
      since: NOW_MS - 7_200_000,
      shape: 'round',
      dryRun: true,
      verbose: true,
    });
    expect(await valuesOf(['--wait', '90s', '--to=--x', 'a', '--limit', '7', '--', '-b'])).toMatchObject({
      file: 'a',
      more: '-b',
      to: '--x',
      limit: 7,
      wait: 90_000,
      dryRun: false,
    });
  });

  it.each([
    [['a', '--to', 'x', '--limit=-0'], '--limit must be a whole number from 1 to 100, not "-0"'],
    [['a', '--to', 'x', '--skip=-0'], '--skip must be a whole number from 0, not "-0"'],
    [['a', '--to', 'x', '--skip', '9007199254740993'], '--skip must be a whole number from 0, not'],
    [['a'], 'expected --to URL'],
    [['--to', 'x'], 'expected a FILE'],
    [['a', 'b', 'c', '--to', 'x'], 'unexpected argument "c"'],
    [['a', '--to', 'x', '-w'], "unknown option '-w'"],
    [['a', '--to', '-x'], '--to needs a value: --to URL; one that begins with a dash is written --to=-x'],
    [['', '--to', 'x'], 'FILE must not be empty'],
  ])('refuses %j', (argv, message) => {
    expect(() => command(() => {}).prepare(argv, NOW_MS)).toThrow(message);
  });

  it('takes the last of several', async () => {
    expect(await valuesOf(['a', '--to', 'x', '--to', 'y'])).toMatchObject({ to: 'y' });
  });
});

describe.each(['-h', '--help'])('%s', (asked) => {
  it('is heard wherever it stands, whatever else is wrong', async () => {
    const { stdout } = await runHere(['journal', 'list', '--help']);
    for (const argv of [
      [asked, '--frob'],
      ['--limit', 'x', asked],
      ['surplus', asked],
    ])
      expect(await runHere(['journal', 'list', ...argv])).toEqual({ code: 0, stdout, stderr: '' });
  });
});

async function valuesOf(argv: readonly string[]): Promise<unknown> {
  let values: unknown;
  const run = command((got) => {
    values = got;
  }).prepare(argv, NOW_MS);
  const { stdin, out } = { stdin: (async function* () {})(), out: { write: () => {} } };
  await run({ stdin, stdout: out, stderr: out, env: {}, stop: new AbortController().signal });
  return values;
}

/** An intersection as one type, to be compared. */
type InOne<T> = { [Name in keyof T]: T[Name] };

function command(see: (values: object) => void) {
  return defineCommand({
    name: 'example',
    summary: 'an example',
    about: 'Does nothing.',
    operands: {
      file: { placeholder: 'FILE', kind: textValue, wanted: 'a FILE' },
      more: { placeholder: 'FILE', kind: textValue, wanted: 'another FILE', optional: true },
    },
    options: {
      to: { placeholder: 'URL', kind: textValue, help: 'where to', required: true },
      limit: { placeholder: 'N', kind: wholeNumberValue(1, 100), help: 'at most', default: '50' },
      skip: { placeholder: 'N', kind: wholeNumberValue(0, Number.MAX_SAFE_INTEGER), help: 'leave out' },
      wait: { placeholder: 'DURATION', kind: durationValue, help: 'so long' },
      since: { placeholder: 'TIME', kind: pointInTimeValue, help: 'from' },
      shape: { placeholder: 'SHAPE', kind: wordValue(['round', 'square']), help: 'how' },
      'dry-run': { help: 'only say' },
      verbose: { short: 'v', help: 'say more' },
    },
    exitCodes: { 0: '' },
    async run(values) {
      type Values = {
        readonly file: string;
        readonly more: string | undefined;
        readonly to: string;
        readonly limit: number;
        readonly skip: number | undefined;
        readonly wait: number | undefined;
        readonly since: number | undefined;
        readonly shape: 'round' | 'square' | undefined;
        readonly dryRun: boolean;
        readonly verbose: boolean;
      };
      expectTypeOf<InOne<typeof values>>().toEqualTypeOf<Values>();
      see(values);
      return 0;
    },
  });
}
