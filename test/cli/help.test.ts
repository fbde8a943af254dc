import { describe, expect, it } from 'vitest';
import { runHere } from '../support/run-here.ts';
import { allCommands } from './support/all-commands.ts';

describe.each(allCommands.map((each) => [`offhook ${each.words.join(' ')}`, each] as const))(
  '%s --help',
  (path, { words, command }) => {
    const help = runHere([...words, '--help']);

    it('begins with its usage, which names every operand', async () => {
      const { code, stdout, stderr } = await help;
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const [usage = ''] = stdout.split('\n');
      expect(usage).toMatch(new RegExp(`^Usage: ${path} `));
      for (const { placeholder } of Object.values(command.operands)) expect(usage).toContain(placeholder);
    });

    it('tells each option with its letter, its placeholder, what it does, and its default', async () => {
      const { stdout } = await help;
      const flat = stdout.replace(/\s+/g, ' ');
      for (const [name, option] of Object.entries(command.options)) {
        const letter = option.short === undefined ? '' : `-${option.short}, `;
        const value = option.kind === undefined ? '' : ` ${option.placeholder}`;
        const fallback =
          option.kind === undefined || option.default === undefined ? '' : ` (default ${option.default})`;
        expect(stdout).toMatch(new RegExp(`^  ${letter}--${name}${value}  `, 'm'));
        expect(flat).toContain(` ${letter}--${name}${value} ${option.help}${fallback} `);
      }
      expect(stdout).toMatch(/^ {2}-h, --help +this text$/m);
    });

    it('tells every exit code, and fits on a terminal of 100 columns', async () => {
      const { stdout } = await help;
      const [, codes = ''] = stdout.replace(/\s+/g, ' ').split(' Exit code: ');
      for (const [code, when] of Object.entries(command.exitCodes)) {
        expect(codes).toContain(`${code} ${when}`.trim());
      }
      for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    });

    it('is what "offhook help" tells', async () => {
      expect(await runHere(['help', ...words])).toEqual(await help);
    });

    it('is of a declaration that fits together', () => {
      const names = Object.keys(command.options);
      for (const { goesWith = {}, conflicts = {} } of Object.values(command.options)) {
        expect(names).toEqual(expect.arrayContaining([...Object.keys(goesWith), ...Object.keys(conflicts)]));
      }
      expect(names).not.toContain('help');
      for (const operand of Object.keys(command.operands)) expect(names).not.toContain(operand);
      const letters = Object.values(command.options).flatMap(({ short }) => short ?? []);
      expect(new Set(['h', ...letters]).size).toBe(letters.length + 1);
    });
  },
);

it.each([[[]], [['journal']], [['audit']]])(
  'offhook %j lists its commands and fits as well',
  async (words) => {
    const { code, stdout } = await runHere(words);
    expect(code).toBe(0);
    for (const { words: path, command } of allCommands.filter(({ words: all }) => all[0] === words[0])) {
      expect(path[0]).toBe(words[0]);
      expect(stdout).toMatch(new RegExp(`^  ${command.name} +${command.summary}$`, 'm'));
    }
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  },
);
