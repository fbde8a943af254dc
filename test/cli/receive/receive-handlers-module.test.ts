import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runOffhook } from '../../support/offhook-process.ts';
import { writeReceiverConfig } from '../support/receive-process.ts';

const MODULE = "import 'node:fs';\nexport const registerHandlers = () => {};\n";

/** What `offhook receive` says of a module in a folder with these files. */
async function refusedWith(module: string, files: Readonly<Record<string, string>>) {
  const setup = writeReceiverConfig();
  const folder = realpathSync(setup.directory);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const config = `handlers: { module: ${join(folder, module)} }\nsigningSecretEnv: SIGNING_SECRET\n`;
  writeFileSync(setup.file, `${config}dataDir: ${folder}/data\n`);
  const { code, stderr } = await runOffhook(['receive', '--config', setup.file], setup);
  const said = stderr.split('\n').find((line) => line.startsWith('offhook receive: cannot start: '));
  return { code, said: said?.replaceAll(folder, '.') };
}

const COMMONJS = '{ "type": "commonjs" }';

describe('a handlers module that Node cannot load is told with what to write', () => {
  it.each<[string, string, Readonly<Record<string, string>>, string]>([
    [
      'in a CommonJS folder',
      'src/hooks.ts',
      { 'package.json': COMMONJS, 'src/hooks.ts': MODULE },
      'the handlers in ./src/hooks.ts cannot be loaded: SyntaxError: Cannot use import statement outside a module ' +
        '(./src/hooks.ts:1); it is read as CommonJS because of ./package.json: write "type": "module" there, or name the module ./src/hooks.mts',
    ],
    [
      'of JavaScript in a CommonJS folder',
      'hooks.js',
      { 'package.json': COMMONJS, 'hooks.js': 'export const registerHandlers = () => {};\n' },
      "the handlers in ./hooks.js cannot be loaded: SyntaxError: Unexpected token 'export' (./hooks.js:1); it is read as " +
        'CommonJS because of ./package.json: write "type": "module" there, or name the module ./hooks.mjs',
    ],
    [
      'that says CommonJS itself',
      'hooks.cts',
      { 'hooks.cts': MODULE },
      'the handlers in ./hooks.cts cannot be loaded: SyntaxError: Cannot use import statement outside a module ' +
        '(./hooks.cts:1); .cts says that it is CommonJS, and import and export are not: name it ./hooks.mts',
    ],
    [
      'that imports an enum',
      'hooks.ts',
      {
        'package.json': '{ "type": "module" }',
        'hooks.ts': "import './level.ts';\nexport const registerHandlers = () => {};\n",
        'level.ts': '\nexport enum Level { high }\n',
      },
      'the handlers in ./hooks.ts cannot be loaded: SyntaxError: TypeScript enum is not supported in strip-only mode ' +
        '(./level.ts:2); types are removed, nothing is compiled: write it in JavaScript, such as an object "as const" for ' +
        'an enum (tsc --erasableSyntaxOnly finds all of these), or name a .js that was built',
    ],
    [
      'with a mistake in its types',
      'hooks.ts',
      { 'hooks.ts': 'export function registerHandlers(: {}\n' },
      'the handlers in ./hooks.ts cannot be loaded: SyntaxError: Unexpected token `:`. Expected yield, an identifier, [ or { ' +
        '(./hooks.ts:1); tsc --noEmit tells more',
    ],
    [
      'with JSX in its name',
      'hooks.tsx',
      { 'hooks.tsx': MODULE },
      'the handlers in ./hooks.tsx cannot be loaded: TypeError: Unknown file extension ".tsx" for ./hooks.tsx; ' +
        'a module ends in .ts, .mts, .js or .mjs (write .tsx without JSX as .ts)',
    ],
  ])('%s', async (_what, module, files, message) => {
    expect(await refusedWith(module, files)).toEqual({
      code: 2,
      said: `offhook receive: cannot start: ${message}`,
    });
  });
});
