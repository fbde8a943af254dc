import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { offhookCommands } from '../../cli/commands.ts';
import { findCommand } from '../../cli/find-command.ts';
import { allCommands } from './support/all-commands.ts';

const ROOT = new URL('../../', import.meta.url);
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(new URL('docs', ROOT))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
/** How a page may call the command: from a checkout, from an installation, in a block or in a sentence. */
const CALL =
  /(?:npm run -s offhook --|npm run (?=dev --)|node bin\/offhook\.js|(?<=^|`|"|-- |\$ |\| )offhook) (?<words>[^`"|>;\n]*)/gm;

/** @property whole whether it stands in a block, for readers to copy. */
type Mentioned = { readonly place: string; readonly words: readonly string[]; readonly whole: boolean };

/** Command lines in code. */
function mentionedIn(page: string): readonly Mentioned[] {
  const source = plain(readFileSync(new URL(page, ROOT), 'utf8'));
  return [...source.matchAll(/^```.*?^```|`[^`\n]+`/gms)].flatMap(([code]) =>
    [...code.matchAll(CALL)].map(({ groups: { words = '' } = {} }) => ({
      place: `${page}: ${words}`,
      words: words
        .replace(/^dev -- /, 'dev ')
        .replace(/ (?:#|&&).*$/, '')
        .trim()
        .split(/\s+/),
      whole: code.startsWith('```'),
    })),
  );
}

/** Without what only a shell or a reader understands: lines that go on, redirections, what is filled in. */
function plain(source: string): string {
  return source
    .replaceAll(/ *\\\n\s*/g, ' ')
    .replaceAll(/"\$\([^"\n]*\)"/g, 'http://filled.example')
    .replaceAll(/<(\w+)>/g, '$1')
    .replaceAll(/ \d?[<>]+/g, ' >');
}

/** `offhook receive is running` is a line of a log. */
const mentioned = PAGES.flatMap(mentionedIn).filter(({ words }) => !words.includes('is'));

it('the pages mention all commands', () => {
  const seen = mentioned.map(({ words }) => words[0]);
  expect(seen).toEqual(expect.arrayContaining(offhookCommands.commands.map(({ name }) => name)));
});

it.each(mentioned)('$place is a command, with options that it has', ({ words, whole }) => {
  expect(wrongWith(words, whole)).toBeNull();
});

it.each([
  [['jounal', 'list'], false, 'unknown command "jounal"'],
  [['journal', 'lst'], false, 'unknown command "lst"'],
  [['journal', 'list', '--sinc', '2h'], false, '--sinc'],
  [['audit', '--uri'], false, '--uri'],
  [['journal', 'show'], true, 'expected the SEQUENCE'],
  [['audit', 'verify', '--checkpoint-secret-file', 'a'], true, '--checkpoint-secret-file goes with'],
])('this test would see that %j is wrong', (words, whole, message) => {
  expect(wrongWith(words, whole)).toContain(message);
});

/** In a sentence only the names are looked at; what stands in a block must be a whole command line. */
function wrongWith(given: readonly string[], whole: boolean): string | null {
  const end = given.indexOf('COMMAND');
  const found = findCommand(end < 0 ? given : given.slice(0, end), offhookCommands);
  if (found.kind === 'unknown') return found.message;
  if (found.kind === 'command' && whole && !found.rest.some((word) => word.includes('…'))) {
    try {
      found.command.prepare(found.rest, 0);
    } catch (error) {
      return String(error);
    }
  }
  const path = found.path.split(' ').slice(1);
  const known = allCommands
    .filter(({ words }) => path.every((word, index) => word === words[index]))
    .flatMap(({ command }) => Object.keys(command.options));
  const names = given.flatMap((word) => /^--([^=]+)/.exec(word)?.[1] ?? []);
  const unknown = names.find((name) => ![...known, 'help', 'version'].includes(name));
  return unknown === undefined ? null : `unknown option --${unknown}`;
}
