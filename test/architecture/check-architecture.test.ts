// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources under test hold templates.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { checkArchitecture } from './check-architecture.ts';
import type { LongFunction } from './check-functions.ts';
import { readModules } from './import-graph.ts';
import { PRODUCT_FOLDERS, READERS_OF_TIME } from './rules.ts';

const PACKAGES = {
  dependencies: ['zod', 'hono', '@kubernetes/client-node', '@aws-sdk/client-eventbridge'],
  devDependencies: ['miniflare', 'vitest', '@cloudflare/workers-types', '@types/aws-lambda'],
};

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

/** Writes a tree of files to disk and checks it. */
function violationsOf(files: Record<string, string>, longFunctions: readonly LongFunction[] = []): string[] {
  const root = mkdtempSync(join(tmpdir(), 'offhook-architecture-'));
  roots.push(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return checkArchitecture(readModules(root, [...PRODUCT_FOLDERS, 'test']), PACKAGES, longFunctions);
}

const exporting = (name: string) => `export const ${name} = 1;\n`;

test('a tree in order has no violation', () => {
  expect(
    violationsOf({
      'protocol/id.ts': `import * as z from 'zod/mini';\n${exporting('id')}`,
      'watcher/source/watch.ts': `import '@kubernetes/client-node';\nimport 'node:fs';\n${exporting('watch')}`,
      'watcher/lifecycle/table.ts': `import { id } from '../../protocol/id.ts';\nexport const table = [id];\n`,
      'watcher/config/load-config.ts': exporting('load'),
      'functions/receiver.ts': `import 'hono';\nimport '../protocol/id.ts';\n${exporting('receiver')}`,
      'functions/platforms/cloudflare/worker.ts': `import 'cloudflare:workers';\nimport type {} from '@cloudflare/workers-types';\n`,
      'infra/local/api.ts': `import '../../protocol/id.ts';\n${exporting('api')}`,
      'functions/platforms/cloudflare/local/miniflare.ts':
        "export const start = () => import('miniflare');\n",
      'cli/dev.ts': `import '../watcher/config/load-config.ts';\n${exporting('dev')}`,
      'cli/main.ts': 'process.exit(1);\n',
      'test/cli/main.test.ts': `import '../../cli/dev.ts';\nimport 'vitest';\nprocess.exit(0);\n`,
    }),
  ).toEqual([]);
});

describe('import cycles', () => {
  test('of two files', () => {
    expect(
      violationsOf({
        'watcher/a.ts': `import './b.ts';\n${exporting('a')}`,
        'watcher/b.ts': `import './a.ts';\n${exporting('b')}`,
      }),
    ).toEqual(['import-cycle: watcher/a.ts → watcher/b.ts → watcher/a.ts']);
  });

  test('of three files, through a re-export and a dynamic import', () => {
    expect(
      violationsOf({
        'watcher/a.ts': `export { b } from './b.ts';\n${exporting('a')}`,
        'watcher/b.ts': "export const b = () => import('./sub/c.ts');\n",
        'watcher/sub/c.ts': `import { a } from '../a.ts';\nexport const c = a;\n`,
      }),
    ).toEqual([
      'import-cycle: watcher/a.ts → watcher/b.ts → watcher/sub/c.ts → watcher/a.ts',
      'folder-cycle: watcher → watcher/sub → watcher',
    ]);
  });

  test('of types only', () => {
    expect(
      violationsOf({
        'protocol/a.ts': "import type { B } from './b.ts';\nexport type A = B;\n",
        'protocol/b.ts': "export type B = import('./a.ts').A;\n",
      }),
    ).toEqual(['import-cycle: protocol/a.ts → protocol/b.ts → protocol/a.ts']);
  });

  test('of a file with itself', () => {
    expect(violationsOf({ 'watcher/a.ts': `import './a.ts';\n${exporting('a')}` })).toEqual([
      'import-cycle: watcher/a.ts → watcher/a.ts',
    ]);
  });

  test('are reported once a knot, and separate knots each', () => {
    const ring = (folder: string) => ({
      [`${folder}/a.ts`]: `import './b.ts';\nimport './c.ts';\n${exporting('a')}`,
      [`${folder}/b.ts`]: `import './a.ts';\nimport './c.ts';\n${exporting('b')}`,
      [`${folder}/c.ts`]: `import './a.ts';\n${exporting('c')}`,
    });
    expect(violationsOf({ ...ring('watcher'), ...ring('infra') })).toHaveLength(2);
  });

  test('are not seen in a diamond', () => {
    expect(
      violationsOf({
        'watcher/a.ts': `import './b.ts';\nimport './c.ts';\n${exporting('a')}`,
        'watcher/b.ts': `import './d.ts';\n${exporting('b')}`,
        'watcher/c.ts': `import './d.ts';\n${exporting('c')}`,
        'watcher/d.ts': exporting('d'),
      }),
    ).toEqual([]);
  });
});

describe('floors', () => {
  const tree = (files: Record<string, readonly string[]>) =>
    Object.fromEntries(
      Object.entries(files).map(([path, imports]) => [
        path,
        [...imports.map((specifier) => `import '${specifier}';`), exporting('x')].join('\n'),
      ]),
    );

  test('may be climbed down from any height, over as many folders as there are', () => {
    expect(
      violationsOf(
        tree({
          'watcher/run/start.ts': ['../journal/open.ts', '../ambient/log.ts'],
          'watcher/journal/open.ts': ['./records/events.ts', '../ambient/log.ts'],
          'watcher/journal/records/events.ts': ['../../ambient/log.ts'],
          'watcher/ambient/log.ts': [],
        }),
      ),
    ).toEqual([]);
  });

  test('are broken by two folders that import from each other, though no file does', () => {
    expect(
      violationsOf(
        tree({
          'watcher/a/one.ts': ['../b/one.ts'],
          'watcher/a/two.ts': [],
          'watcher/b/one.ts': [],
          'watcher/b/two.ts': ['../a/two.ts'],
        }),
      ),
    ).toEqual(['folder-cycle: watcher/a → watcher/b → watcher/a']);
  });

  test('are broken by a folder that imports from the one above it, which imports from it', () => {
    expect(
      violationsOf(
        tree({
          'functions/audit/trail.ts': ['./sql/store.ts'],
          'functions/audit/record.ts': [],
          'functions/audit/sql/store.ts': ['../record.ts'],
        }),
      ),
    ).toEqual(['folder-cycle: functions/audit → functions/audit/sql → functions/audit']);
  });

  test('are broken by an import of types, and by a way round over a third folder', () => {
    const files = {
      ...tree({ 'cli/a/one.ts': ['../b/one.ts'], 'cli/a/two.ts': [], 'cli/b/one.ts': [] }),
      'cli/b/two.ts': "import { x } from '../c/one.ts';\nexport const y = x;\n",
      'cli/c/one.ts': "import type { x as two } from '../a/two.ts';\nexport const x = 1 as two;\n",
    };
    expect(violationsOf(files)).toEqual(['folder-cycle: cli/a → cli/b → cli/c → cli/a']);
  });

  test('do not bind tests', () => {
    const files = {
      'test/a/x.ts': ['../b/x.ts'],
      'test/a/y.ts': [],
      'test/b/x.ts': [],
      'test/b/y.ts': ['../a/y.ts'],
    };
    expect(violationsOf(tree(files))).toEqual([]);
  });
});

describe('the wing of a platform', () => {
  const wings = {
    'functions/runner.ts': exporting('runner'),
    'functions/platforms/aws/receive.ts': exporting('receive'),
    'functions/platforms/sql/claims.ts': exporting('claims'),
  };

  test.each([
    ['functions/receiver.ts', './platforms/aws/receive.ts'],
    ['functions/audit/x.ts', '../platforms/sql/claims.ts'],
    ['functions/platforms/node/x.ts', '../aws/receive.ts'],
    ['functions/platforms/sql/x.ts', '../aws/receive.ts'],
    ['cli/x.ts', '../functions/platforms/aws/receive.ts'],
    ['functions/audit/x.ts', '../runner.ts'],
  ])('is not entered by %s', (path, specifier) => {
    const [violation, ...rest] = violationsOf({
      ...wings,
      [path]: `import '${specifier}';\n${exporting('x')}`,
    });
    expect(violation).toMatch(/^room: \S+:1: only \S.* may import functions\/(platforms\/|runner)/);
    expect(rest).toEqual([]);
  });

  test.each([
    ['functions/platforms/aws/entry/receive.ts', '../receive.ts'],
    ['functions/platforms/node/x.ts', '../sql/claims.ts'],
    ['functions/platforms/node/run.ts', '../../runner.ts'],
    ['test/x.ts', '../functions/platforms/aws/receive.ts'],
  ])('is open to %s', (path, specifier) => {
    expect(violationsOf({ ...wings, [path]: `import '${specifier}';\n${exporting('x')}` })).toEqual([]);
  });
});

describe('layers', () => {
  const others = {
    'protocol/id.ts': exporting('id'),
    'settings/duration.ts': exporting('duration'),
    'settings/serving/room.ts': exporting('room'),
    'settings/ambient/clock.ts': exporting('clock'),
    'watcher/ambient/log.ts': exporting('log'),
    'watcher/lifecycle/table.ts': exporting('table'),
    'watcher/delivery/outcome.ts': exporting('outcome'),
    'functions/hooks/hooks.ts': exporting('receiver'),
    'infra/local/api.ts': exporting('api'),
    'infra/aws/stack.ts': exporting('stack'),
    'cli/dev.ts': exporting('dev'),
    'test/support/clock.ts': exporting('clock'),
  };

  test.each([
    ['protocol/x.ts', '../watcher/ambient/log.ts', 'protocol/ must not import watcher/ambient/log.ts'],
    ['protocol/x.ts', '../functions/hooks/hooks.ts', 'protocol/ must not import functions/hooks/hooks.ts'],
    ['protocol/x.ts', 'node:crypto', 'must not import node:crypto'],
    ['protocol/x.ts', 'hono', 'must not import the package hono'],
    ['protocol/x.ts', '../settings/duration.ts', 'protocol/ must not import settings/duration.ts'],
    ['settings/x.ts', '../watcher/ambient/log.ts', 'settings/ must not import watcher/ambient/log.ts'],
    ['settings/x.ts', '../functions/hooks/hooks.ts', 'settings/ must not import functions/hooks/hooks.ts'],
    ['settings/x.ts', 'hono', 'must not import the package hono'],
    ['protocol/x.ts', '../settings/serving/room.ts', 'protocol/ must not import settings/serving/room.ts'],
    ['settings/serving/x.ts', '../duration.ts', 'settings/serving/ must not import settings/duration.ts'],
    ['settings/ambient/x.ts', '../duration.ts', 'settings/ambient/ must not import settings/duration.ts'],
    ['settings/ambient/x.ts', 'node:fs', 'must not import node:fs'],
    ['settings/serving/x.ts', 'undici', 'must not import the package undici'],
    ['watcher/x.ts', '../functions/hooks/hooks.ts', 'watcher/ must not import functions/hooks/hooks.ts'],
    ['watcher/x.ts', '../infra/local/api.ts', 'watcher/ must not import infra/local/api.ts'],
    ['watcher/x.ts', '../cli/dev.ts', 'watcher/ must not import cli/dev.ts'],
    ['watcher/x.ts', '../test/support/clock.ts', 'watcher/ must not import test/support/clock.ts'],
    ['watcher/x.ts', '@kubernetes/client-node', 'must not import the package @kubernetes/client-node'],
    ['watcher/x.ts', 'cloudflare:workers', 'must not import cloudflare:workers'],
    ['functions/x.ts', '../watcher/ambient/log.ts', 'functions/ must not import watcher/ambient/log.ts'],
    ['functions/x.ts', '../cli/dev.ts', 'functions/ must not import cli/dev.ts'],
    ['infra/local/x.ts', '../../watcher/ambient/log.ts', 'infra/ must not import watcher/ambient/log.ts'],
    [
      'infra/local/x.ts',
      '../../functions/hooks/hooks.ts',
      'infra/local/ must not import functions/hooks/hooks.ts',
    ],
    [
      'infra/aws/x.ts',
      '../../functions/hooks/hooks.ts',
      'infra/aws/ must not import functions/hooks/hooks.ts',
    ],
    ['cli/x.ts', '../infra/aws/stack.ts', 'cli/ must not import infra/aws/stack.ts'],
    ['infra/local/x.ts', '@kubernetes/client-node', 'must not import the package @kubernetes/client-node'],
    ['cli/x.ts', '../test/support/clock.ts', 'cli/ must not import test/support/clock.ts'],
    [
      'watcher/lifecycle/x.ts',
      '../../settings/ambient/clock.ts',
      'watcher/lifecycle/ must not import settings/ambient/clock.ts',
    ],
    ['watcher/lifecycle/x.ts', 'zod', 'must not import the package zod'],
    ['watcher/lifecycle/x.ts', 'node:crypto', 'must not import node:crypto'],
    ['watcher/lifecycle/snapshot/digest.ts', 'node:fs', 'must not import node:fs'],
    [
      'watcher/delivery/queue/retry-schedule.ts',
      '../../ambient/log.ts',
      'must not import watcher/ambient/log.ts',
    ],
    ['watcher/delivery/send/classify-answer.ts', 'node:fs', 'must not import node:fs'],
    ['watcher/delivery/pause-policy.ts', 'hono', 'must not import the package hono'],
  ])('%s must not import %s', (path, specifier, message) => {
    for (const statement of [`import '${specifier}';`, `import type { X } from '${specifier}';`]) {
      const [violation, ...rest] = violationsOf({ ...others, [path]: `\n${statement}\n${exporting('x')}` });
      expect(violation).toContain(`layer: ${path}:2: `);
      expect(violation).toContain(message);
      expect(rest).toEqual([]);
    }
  });

  test.each([
    ['watcher/lifecycle/x.ts', './table.ts'],
    ['watcher/lifecycle/snapshot/digest.ts', 'node:crypto'],
    ['watcher/lifecycle/x.ts', '../../protocol/id.ts'],
    ['watcher/delivery/queue/retry-schedule.ts', '../outcome.ts'],
    ['watcher/delivery/queue/dispatcher.ts', '../../../settings/ambient/clock.ts'],
    ['settings/x.ts', '../protocol/id.ts'],
    ['watcher/x.ts', '../settings/duration.ts'],
    ['watcher/x.ts', '../settings/serving/room.ts'],
    ['functions/x.ts', '../settings/serving/room.ts'],
    ['functions/x.ts', '../settings/duration.ts'],
    ['test/x.ts', '../cli/dev.ts'],
  ])('%s may import %s', (path, specifier) => {
    expect(violationsOf({ ...others, [path]: `import '${specifier}';\n${exporting('x')}` })).toEqual([]);
  });
});

describe('packages', () => {
  test.each([
    [
      "import 'miniflare';",
      'functions/platforms/cloudflare/local/miniflare.ts',
      ['dev-dependency: functions/platforms/cloudflare/local/miniflare.ts:1: miniflare'],
    ],
    ["import('miniflare');", 'cli/main.ts', ['dev-dependency: cli/main.ts:1: miniflare']],
    ["import 'miniflare';", 'infra/aws/a.ts', []],
    ["import 'miniflare';", 'infra/local/a.ts', ['dev-dependency: infra/local/a.ts:1: miniflare']],
    ["import 'vitest/config';", 'watcher/a.ts', ['dev-dependency: watcher/a.ts:1: vitest']],
    ["import '@scope/name/deep';", 'watcher/a.ts', ['undeclared-package: watcher/a.ts:1: @scope/name']],
    [
      "import type { X } from 'left-out';",
      'functions/a.ts',
      ['undeclared-package: functions/a.ts:1: left-out'],
    ],
    ["import type { X } from '@cloudflare/workers-types';", 'functions/a.ts', []],
    ["import type { X } from 'aws-lambda';", 'functions/a.ts', []],
    ["type X = import('@cloudflare/workers-types').X;", 'functions/a.d.ts', []],
    ['import(name);', 'functions/platforms/node/load-handlers.ts', []],
    ['import(name);', 'functions/a.ts', ['computed-import: functions/a.ts:1: write the specifier out']],
    ["import './gone.ts';", 'watcher/a.ts', ['missing-module: watcher/a.ts:1: watcher/gone.ts']],
  ])('%s in %s', (statement, path, violations) => {
    expect(violationsOf({ [path]: `${statement}\n${exporting('x')}` })).toEqual(violations);
  });
});

describe('files', () => {
  test.each(['utils', 'helpers', 'common', 'shared', 'lib', 'types'])('%s says nothing as a name', (name) => {
    for (const path of [`watcher/${name}.ts`, `functions/${name}/a.ts`, `test/${name}.ts`]) {
      expect(violationsOf({ [path]: exporting('a') })).toEqual([`name-says-nothing: ${path}: "${name}"`]);
    }
  });

  test.each([
    "export * from './a.ts';",
    "export { a } from './a.ts';\nexport type { B } from './a.ts';",
    "// Only\nimport { a } from './a.ts';\n\nexport { a };",
  ])('that only re-export are barrels: %s', (barrel) => {
    const files = { 'watcher/a.ts': exporting('a'), 'watcher/index.ts': barrel };
    expect(violationsOf(files)).toEqual(['barrel: watcher/index.ts: only re-exports']);
  });

  test('that only re-export are what the npm package exports, in their one room', () => {
    const passing = "export { a } from '../a.ts';";
    const files = { 'functions/a.ts': exporting('a'), 'functions/package/a.ts': passing };
    expect(violationsOf(files)).toEqual([]);
  });

  test('that re-export beside code of their own are none', () => {
    const files = {
      'watcher/a.ts': exporting('a'),
      'watcher/b.ts': `export * from './a.ts';\n${exporting('b')}`,
    };
    expect(violationsOf(files)).toEqual([]);
  });

  test('have at most 250 lines of code, comments and empty lines not counted', () => {
    const lines = (count: number) =>
      Array.from({ length: count }, (_, n) => `export const a${n} = 1;`).join('\n');
    expect(violationsOf({ 'watcher/a.ts': `// one\n\n/* two\n */\n${lines(250)}\n` })).toEqual([]);
    expect(violationsOf({ 'watcher/a.ts': lines(251) })).toEqual([
      'file-too-long: watcher/a.ts: 251 lines of code',
    ]);
    expect(violationsOf({ 'test/a.test.ts': lines(251) })).toEqual([]);
  });
});

describe('functions', () => {
  const statements = (count: number) => Array.from({ length: count }, (_, n) => `  f${n}();`).join('\n');
  const longer = (count: number) => `export function a() {\n${statements(count - 2)}\n}\n`;
  /** A function of `inside` others, each of as many lines. */
  const factory = (inside: number, lines: number) =>
    [
      'export function a() {',
      ...Array.from({ length: inside }, (_, n) => `  function b${n}() {\n${statements(lines - 2)}\n  }`),
      '}',
    ].join('\n');

  test('have at most 60 lines of their own, and 120 with the functions inside them', () => {
    const inOrder = { 'watcher/a.ts': `// one\n${longer(60)}`, 'infra/b.ts': factory(2, 59) };
    expect(violationsOf(inOrder)).toEqual([]);
    expect(violationsOf({ 'watcher/a.ts': `// one\n${longer(61)}` })).toEqual([
      'function-too-long: watcher/a.ts:2: a: 61 lines of its own',
    ]);
    expect(violationsOf({ 'watcher/a.ts': factory(7, 17) })).toEqual([
      'function-too-long: watcher/a.ts:1: a: 121 lines in all',
    ]);
    expect(violationsOf({ 'test/a.test.ts': longer(61) })).toEqual([]);
  });

  test('are as long as an exception says, and no longer', () => {
    const exception = { path: 'watcher/a.ts', name: 'a', ownLines: 70 };
    expect(violationsOf({ 'watcher/a.ts': longer(70) }, [exception])).toEqual([]);
    expect(violationsOf({ 'watcher/a.ts': longer(71) }, [exception])).toEqual([
      'function-too-long: watcher/a.ts:1: a: 71 lines of its own',
    ]);
    expect(violationsOf({ 'watcher/a.ts': factory(7, 17) }, [exception])).toContain(
      'function-too-long: watcher/a.ts:1: a: 121 lines in all',
    );
  });

  test.each([
    ['the function is short enough', { 'watcher/a.ts': longer(60) }],
    ['the function is gone', { 'watcher/b.ts': exporting('b') }],
    ['only its other number is too high', { 'watcher/a.ts': factory(7, 17) }],
  ])('need no exception when %s', (_, files: Record<string, string>) => {
    const exception = { path: 'watcher/a.ts', name: 'a', ownLines: 70, allLines: 130 };
    expect(violationsOf(files, [exception])).toEqual([
      'needless-exception: watcher/a.ts: a is short enough, or gone',
    ]);
  });
});

describe('the process', () => {
  test.each([
    'export const a = process.env.A;',
    "export const a = process . env['A'];",
    'export const a = globalThis.process?.env;',
    'export const a = `${process.env.A}`;',
    'export const { env } = process;',
    "import { env } from 'node:process';\nexport const a = env;",
  ])('environment is read in one place: %s', (source) => {
    expect(violationsOf({ 'watcher/a.ts': source })).toEqual(['process-env: watcher/a.ts:1']);
    expect(violationsOf({ 'cli/main.ts': source })).toEqual([]);
  });

  test.each(['process.exit(1);\nexport {};', "import { exit } from 'node:process';\nexit();"])(
    'ends in one place: %s',
    (source) => {
      expect(violationsOf({ 'watcher/a.ts': `${source}\n${exporting('a')}` })).toEqual([
        'process-exit: watcher/a.ts:1',
      ]);
      expect(violationsOf({ 'cli/main.ts': source })).toEqual([]);
    },
  );

  test.each(['// process.env', "export const a = 'process.exit';", 'process.exitCode = 1;'])(
    'is not meant by %s',
    (source) => {
      expect(violationsOf({ 'watcher/a.ts': `${source}\n${exporting('b')}` })).toEqual([]);
    },
  );
});

describe('words for what was thrown', () => {
  test.each([
    'export const a = (e: unknown) => (e instanceof Error ? e.message : String(e));',
    "export const a = (e: Error) => `${e.cause instanceof Error ? e.cause.message.slice(0, 9) : ''}`;",
    'export const a = (e: unknown) => e instanceof Error ?\te?.message : 1;',
  ])('are made in one place: %s', (source) => {
    const advice = 'use messageOf of settings/ambient/describe-error.ts';
    for (const path of ['watcher/a.ts', 'test/a.test.ts']) {
      expect(violationsOf({ [path]: source })).toEqual([`inline-message: ${path}:1: ${advice}`]);
    }
    expect(violationsOf({ 'settings/ambient/describe-error.ts': source })).toEqual([]);
  });

  test('are not the stack of a defect, nor another fact of an error', () => {
    const sources = {
      'cli/a.ts': 'export const a = (e: unknown) => (e instanceof Error ? (e.stack ?? e.message) : 1);',
      'cli/b.ts': 'export const b = (e: unknown) => (e instanceof Error ? e.name : 1);',
    };
    expect(violationsOf(sources)).toEqual([]);
  });
});

describe('time', () => {
  const advice = 'take a Clock, or systemClock';

  test.each([
    'export const a = () => setTimeout(a, 1);',
    'export const a = () => { setInterval(a, 1); };',
    'export const a = () => globalThis.setTimeout(a, 1);',
    'export const a = () => window . setInterval(a, 1);',
    'export const a = Date.now;',
    'export const a = `${performance.now()}`;',
    'export const a = new Date();',
    'export const a = new Date;',
    "import { setTimeout as sleep } from 'node:timers/promises';\nexport const a = sleep;",
    "import { setInterval } from 'node:timers';\nexport const a = 1;",
  ])('of the machine is read in one place: %s', (source) => {
    for (const path of ['watcher/a.ts', 'functions/platforms/aws/a.ts', 'settings/ambient/delay.ts']) {
      expect(violationsOf({ [path]: source })).toContain(`machine-time: ${path}:1: ${advice}`);
    }
    for (const place of Object.keys(READERS_OF_TIME)) {
      const found = violationsOf({ [place.endsWith('/') ? `${place}a.ts` : place]: source });
      expect(found.filter((each) => each.startsWith('machine-time'))).toEqual([]);
    }
    expect(violationsOf({ 'test/a.test.ts': source })).toEqual([]);
  });

  test.each([
    'export const a = (socket) => socket.setTimeout(1);',
    "import { setImmediate } from 'node:timers/promises';\nexport const a = setImmediate;",
    'export const a = (ms: number) => new Date(ms);',
    "export const a = ['setTimeout'] as const; // setTimeout(",
    'export const a = (clock) => clock.now();',
  ])('is not meant by %s', (source) => {
    expect(violationsOf({ 'watcher/a.ts': source })).toEqual([]);
  });
});
