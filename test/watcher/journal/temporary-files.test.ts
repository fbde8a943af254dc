import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { canTrace } from '../../faults/support/system-calls.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';

// A container whose file system can only be read has no place for a temporary file. It is seen by strace.
test.skipIf(!canTrace())(
  'much that is stored and delivered at once makes no file besides those of the journal',
  async () => {
    const [directory, trace] = [temporaryDirectory(), join(temporaryDirectory(), 'trace')];
    const script = fileURLToPath(new URL('store-in-bulk.ts', import.meta.url));
    const command = [process.execPath, script, directory];
    const env = { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' };
    const calls = 'trace=openat,open,creat';
    await promisify(execFile)('strace', ['-f', '-qq', '-o', trace, '-e', calls, ...command], { env });
    const made = readFileSync(trace, 'utf8')
      .split('\n')
      .filter((line) => line.includes('O_CREAT'))
      .map((line) => /"(.*?)"/.exec(line)?.[1] ?? line);
    expect(made.length).toBeGreaterThan(0);
    expect(made.filter((file) => !file.startsWith(directory))).toEqual([]);
  },
);
