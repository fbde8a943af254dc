import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { LAMBDA_ENTRIES } from '../../../functions/build/bundle-lambdas.ts';
import type { LambdaName } from '../../../functions/build/lambda-names.ts';
import { bundleDirectory, bundles, directories } from './bundled.ts';

const run = promisify(execFile);
const NAMES = Object.keys(LAMBDA_ENTRIES) as LambdaName[];
/** Unzipped, a function and its layers may have 250 MB; but each megabyte is read at every cold start. */
const MOST_MODULE_BYTES = 3 * 1024 * 1024;

describe.each(NAMES)('the bundle of %s', (name) => {
  const file = join(directories[name], 'index.mjs');

  test('loads in plain Node, without packages and without an environment, and exports its handler', async () => {
    const script = `const { handler } = await import(${JSON.stringify(file)}); console.log(typeof handler);`;
    const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '-e', script], {
      cwd: bundleDirectory,
      env: {},
    });
    expect({ stdout: stdout.trim(), stderr }).toEqual({ stdout: 'function', stderr: '' });
  });

  test('is small, and has a source map without the sources', () => {
    // With the AWS SDK in it.
    expect(bundles[name].moduleBytes).toBeGreaterThan(100_000);
    expect(bundles[name].moduleBytes).toBeLessThan(MOST_MODULE_BYTES);
    const map = JSON.parse(readFileSync(`${file}.map`, 'utf8'));
    expect(
      map.sources.some((source: string) =>
        source.endsWith(`functions/platforms/aws/entry/${LAMBDA_ENTRIES[name]}`),
      ),
    ).toBe(true);
    expect(map.sourcesContent).toBeUndefined();
  });
});
