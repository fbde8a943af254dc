// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources under test hold templates.
import { describe, expect, test } from 'vitest';
import { blankSource } from './blank-source.ts';
import { scanImports } from './scan-imports.ts';

const specifiersOf = (source: string) => scanImports(source).map(({ specifier }) => specifier);

describe('imports are found', () => {
  test.each([
    ["import a from './a.ts';", 'static'],
    ["import { a, type B } from './a.ts';", 'static'],
    ["import a, { b } from './a.ts';", 'static'],
    ["import * as a from './a.ts';", 'static'],
    ["import type { A } from './a.ts';", 'type'],
    ["import type A from './a.ts';", 'type'],
    ["import type * as A from './a.ts';", 'type'],
    ["import type from './a.ts';", 'static'],
    ["import './a.ts';", 'static'],
    ["import a from './a.ts' with { type: 'json' };", 'static'],
    ["import {\n  a,\n  b,\n} from\n  './a.ts';", 'static'],
    ["import { a /* from './x.ts' */ } from './a.ts';", 'static'],
    ["export { a } from './a.ts';", 'static'],
    ["export * from './a.ts';", 'static'],
    ["export * as a from './a.ts';", 'static'],
    ["export type { A } from './a.ts';", 'type'],
    ["const a = await import('./a.ts');", 'dynamic'],
    ['const a = await import( "./a.ts" );', 'dynamic'],
    ['const a = await import(`./a.ts`);', 'dynamic'],
    ["let a: import('./a.ts').A;", 'dynamic'],
    ["const a = `${await import('./a.ts')}`;", 'dynamic'],
  ])('%s', (source, kind) => {
    expect(scanImports(source)).toMatchObject([{ specifier: './a.ts', kind }]);
  });

  test('with their lines, in order', () => {
    const source = "import './a.ts';\n\nexport * from './b.ts';\nconst c = import('./c.ts');\n";
    expect(scanImports(source).map(({ specifier, line }) => [specifier, line])).toEqual([
      ['./a.ts', 1],
      ['./b.ts', 3],
      ['./c.ts', 4],
    ]);
  });

  test.each(['import(name)', 'import(`./${name}.ts`)', "import('./a' + name)"])('computed: %s', (source) => {
    expect(specifiersOf(source)).toEqual([null]);
  });
});

describe('no import is seen', () => {
  test.each([
    "// import './a.ts';",
    "/* import a from './a.ts'; */",
    "/** `import('./a.ts')` */ const a = 1;",
    'const a = "import \'./a.ts\'";',
    "const a = 'it\\'s // import \"./a.ts\"';",
    "const a = `import './a.ts'; ${1 + 1} import './b.ts';`;",
    "const a = /import '.\\/a.ts'/;",
    "const from = './a.ts';",
    "export const a = { from: './a.ts' };",
    'const url = import.meta.url;',
    "loader.import('./a.ts');",
    "reimport('./a.ts');",
  ])('%s', (source) => {
    expect(scanImports(source)).toEqual([]);
  });
});

describe('what looks like something else does not lead the scanner astray', () => {
  test.each([
    'const quote = /["\'`]/;',
    'const slashes = /[/]\\//.test(x);',
    'const half = total / 2; const third = total / 3;',
    'const nested = `a${`b${{ c: `}` }.c}`}\\``;',
    'const brace = `${{}}`;',
    "const escaped = 'a\\\\';",
    'if (/"/.test(x)) y();',
    'const ratio = (a + b) / c; // "',
    'return /`/;',
  ])('%s', (line) => {
    expect(specifiersOf(`${line}\nimport './a.ts';`)).toEqual(['./a.ts']);
  });
});

test('blanking keeps every offset and line', () => {
  const source = "const a = 'x'; // y\n/* z\n */ const b = `p${q}r`;\n";
  const { bare, withoutComments } = blankSource(source);
  expect(bare).toBe("const a = ' ';     \n    \n    const b = ` ${q} `;\n");
  expect(withoutComments).toBe("const a = 'x';     \n    \n    const b = `p${q}r`;\n");
});
