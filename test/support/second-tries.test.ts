import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from './journal-directory.ts';

const VITEST = join(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');
const REPORTER = join(import.meta.dirname, 'second-tries.ts');

/** A run of vitest over one file of tests, each of which is tried twice. */
function run(tests: string): Promise<{ code: number; stdout: string }> {
  const root = temporaryDirectory();
  writeFileSync(join(root, 'some.test.js'), tests);
  writeFileSync(
    join(root, 'vitest.config.ts'),
    `import { createSecondTries } from '${REPORTER}';
     export default { test: { globals: true, retry: 1, reporters: [createSecondTries((text) => process.stdout.write(text))] } };`,
  );
  return new Promise((resolve) => {
    execFile(process.execPath, [VITEST, 'run', '--root', root], (error, stdout) =>
      resolve({ code: Number(error?.code ?? 0), stdout }),
    );
  });
}

it('names a test that needed a second try, with what it failed of at the first, and no other', async () => {
  const { code, stdout } = await run(`
    let tries = 0;
    describe('a receiver', () => {
      it('answers', () => { tries += 1; if (tries === 1) throw new Error('no answer\\nat all'); });
      it('holds', () => {});
      it('never answers', () => { throw new Error('always'); });
    });
  `);
  expect({ code, stdout }).toEqual({
    code: 1,
    stdout:
      '\nPassed at the second try only (1); each is a fault, of the test or of the code:\n' +
      '  some.test.js > a receiver > answers\n    no answer\n\n',
  });
});
