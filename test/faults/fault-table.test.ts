import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const PAGE = readFileSync(new URL('docs/faults.md', ROOT), 'utf8');
/** The page's second table has a row for a fault and a platform. */
const [TABLE = '', RECEIVERS = ''] = PAGE.split("## On the receiver's side, on every platform");
/** The faults of the core set, those that came with operations and upgrades, and those of an installation. */
const ROWS = [
  ...Array.from({ length: 26 }, (_, index) => index + 1),
  31,
  32,
  33,
  ...Array.from({ length: 10 }, (_, index) => index + 36),
];

type Named = { readonly file: string; readonly title: string };

/** `file` “title”, as the page writes it. */
function testsNamedIn(text: string): readonly Named[] {
  return [...text.matchAll(/`(test\/[\w/.-]+\.test\.ts)` “([^”]+)”/g)].map(([, file = '', title = '']) => ({
    file,
    title,
  }));
}

/** Rows of the table of faults: its number, and all of the row. */
function rows(): ReadonlyMap<number, string> {
  const lines = [...TABLE.matchAll(/^\| (\d+) \| .*$/gm)];
  return new Map(lines.map(([line, number]) => [Number(number), line]));
}

/** Whether the file has a test of exactly this title: a string that is the first argument of a call. */
function hasTest({ file, title }: Named): boolean {
  const path = new URL(file, ROOT);
  if (!existsSync(path)) return false;
  const literal = title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`\\(\\s*(['"\`])${literal}\\1,`).test(readFileSync(path, 'utf8'));
}

it('names every test that docs/faults.md claims, with its exact title', () => {
  const named = testsNamedIn(PAGE);
  expect(named.length).toBeGreaterThan(90);
  expect(named.filter((test) => !hasTest(test))).toEqual([]);
});

it('has each fault once, with a test or the words "not yet"', () => {
  const table = rows();
  expect([...TABLE.matchAll(/^\| (\d+) \|/gm)].map(([, number]) => Number(number))).toEqual(ROWS);
  const without = [...table].filter(
    ([, line]) => testsNamedIn(line).length === 0 && !line.endsWith('| not yet |'),
  );
  expect(without.map(([number]) => number)).toEqual([]);
});

it("has each of the receiver's faults for each of its platforms, with a test", () => {
  const lines = [...RECEIVERS.matchAll(/^\| (\d+) \| (\w+) \| .*$/gm)];
  const shown = lines.filter(([line]) => testsNamedIn(line).length > 0);
  const platforms = ['Node', 'workerd', 'Lambda'];
  const expected = [3, 22, 24, 29, 30, 34, 35].flatMap((fault) =>
    platforms.map((platform) => `${fault} ${platform}`),
  );
  expect(shown.map(([, fault, platform]) => `${fault} ${platform}`)).toEqual([...expected, '31 Lambda']);
});

it('knows a title from part of one, and a file from none', () => {
  const file = 'test/faults/fault-table.test.ts';
  const title = 'knows a title from part of one, and a file from none';
  expect(hasTest({ file, title })).toBe(true);
  expect(hasTest({ file, title: title.slice(0, -1) })).toBe(false);
  expect(hasTest({ file: 'test/faults/nowhere.test.ts', title })).toBe(false);
});
