// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources under test hold templates.
import { describe, expect, test } from 'vitest';
import { blankSource } from './blank-source.ts';
import { findFunctions } from './find-functions.ts';

const found = (source: string) => findFunctions(blankSource(source));
const names = (source: string) => found(source).map(({ name }) => name);

describe('a function is found', () => {
  test.each([
    ['function f() {}', ['f']],
    ['export async function f(a: string, b = g(1)): Promise<{ a: string }[]> {}', ['f']],
    ['export function* f<T extends object>(this: T): Generator<T> {}', ['f']],
    ['export default function () {}', ['anonymous']],
    ['function is(a: unknown): a is string | null {}', ['is']],
    ["function f(a: 'x' | 'y'): asserts a is 'x' {}", ['f']],
    ['function f(): (a: string) => { b: number } {}', ['f']],
    ['function f(): readonly string[] | Map<A, () => void> {}', ['f']],
    ['function f({ a, b }: { a: string; b: string }): void {}', ['f']],
    ['const f = async (a: string) => {};', ['f']],
    ['const f: F = (a): { b: string } => ({ b: a });', ['f']],
    ['const f = function () {};', ['f']],
    [
      'const o = { f: (a) => a, g() {}, async h(): Promise<void> {}, get i() { return 1; } };',
      'fghi'.split(''),
    ],
    [
      'class A { constructor() {} #f() {} static g<T>(a: T): T {} [Symbol.iterator]() {} }',
      ['constructor', '#f', 'g', 'iterator]'],
    ],
    ['list.map((a) => a + 1);', ['callback of map']],
    ["target.on('x', (a) => {});", ['callback of on']],
    ['const f = () => () => {};', ['f', 'anonymous']],
    ['const a = `${list.map((b) => `(${b}`)} {`;', ['callback of map']],
  ])('%s', (source, expected) => {
    expect(names(source)).toEqual(expected);
  });

  test('and hides no line of what follows its type', () => {
    const typed = 'function f() {\n  const g: () => void = h({\n    a,\n  });\n}\n';
    expect(found(typed).find(({ name }) => name === 'f')?.ownLines).toBe(5);
    expect(found('function f(): () => void {\n  a();\n}\n')).toMatchObject([{ name: 'f', ownLines: 3 }]);
  });
});

describe('no function is seen', () => {
  test.each([
    'if (a) {} else if (b) {}',
    'for (const a of b) {}',
    'while (a) {}',
    'switch (a) { case f(b): { break; } }',
    'try {} catch (error) {}',
    'const a = b ? f(c) : { d: 1 };',
    'const o = { a: f(b), c: {} };',
    '// function f() {}',
    "const a = 'function f() {}';",
    'interface A { f(a: string): void; g(): { h: string } }',
    'class A extends B {}',
    'const a = new Map([[1, 2]]);',
  ])('%s', (source) => {
    expect(names(source)).toEqual([]);
  });
});

describe('lines', () => {
  test('of a function are those of code, with its head and without those of functions inside it', () => {
    const source = [
      '/** Docs. */',
      'function outer(', // 1
      '  a: string,', // 2
      '): void {', // 3
      '  // why',
      '',
      '  const short = () => a;', // 4
      '  function inner() {',
      '    a();',
      '    list.map((b) => {',
      '      b();',
      '    });',
      '  }',
      '  const text = `', // 5
      '    a template`;', // 6
      '}', // 7
      'const after = 1;',
    ].join('\n');
    expect(found(source)).toEqual([
      { name: 'outer', line: 2, ownLines: 7, allLines: 13 },
      { name: 'short', line: 7, ownLines: 1, allLines: 1 },
      { name: 'inner', line: 8, ownLines: 3, allLines: 6 },
      { name: 'callback of map', line: 10, ownLines: 3, allLines: 3 },
    ]);
  });

  test('of an arrow function without braces go to the end of its expression', () => {
    const source = 'const f = (a) =>\n  a.b(\n    c,\n  );\nconst g = [\n  (a) =>\n    a,\n  1,\n];\n';
    expect(found(source).map(({ name, allLines }) => [name, allLines])).toEqual([
      ['f', 4],
      ['anonymous', 2],
    ]);
  });
});
