import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { canTrace } from '../../faults/support/system-calls.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';

// Only the journal's directory can be written where the root file system is read-only. What is made is seen by strace.
test.skipIf(!canTrace())(
  'much that is stored and delivered at once makes no temporary file; what removing needs is beside the journal',
  async () => {
    const [directory, trace] = [temporaryDirectory(), join(temporaryDirectory(), 'trace')];
    const script = fileURLToPath(new URL('store-in-bulk.ts', import.meta.url));
    const command = [process.execPath, script, directory];
    const env = { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' };
    const calls = 'trace=openat,open,creat,access,faccessat,faccessat2';
    await promisify(execFile)('strace', ['-f', '-qq', '-o', trace, '-e', calls, ...command], { env });
    const lines = readFileSync(trace, 'utf8').split('\n');
    const removing = lines.findIndex((line) => line.includes('"/step/remove"'));
    const made = (some: readonly string[]) =>
      some.flatMap((line) => (line.includes('O_CREAT') ? (/"(.*?)"/.exec(line)?.[1] ?? line) : []));
    const isTemporary = (file: string) => file.includes('etilqs_');
    expect(made(lines.slice(0, removing)).filter(isTemporary)).toEqual([]);
    expect(made(lines.slice(removing)).filter(isTemporary)).not.toEqual([]);
    expect(made(lines).filter((file) => !file.startsWith(directory))).toEqual([]);
  },
);
