import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Figure } from './figure.ts';
import { ROWS } from './rows.ts';

/**
 * One row in a process of its own, so that no row inherits the heap or the compiled code of another. Run directly,
 * with a profiler for example, it prints its figures as JSON.
 */
const { values, positionals } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    records: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: '10' },
    directory: { type: 'string', default: tmpdir() },
  },
  allowPositionals: true,
});
const row = ROWS.find(({ name }) => name === positionals[0]);
if (row === undefined) throw new Error(`no row is called ${positionals[0]}`);

// Short names: a path as long as that of the image, /opt/offhook, because Node compiles for speed what it reads long paths with,
// which an idle watcher in the image does not have.
const base = mkdtempSync(join(values.directory, 'ob-'));
try {
  const measure = await row.load();
  const figures: readonly Figure[] = await measure({
    rounds: Number(values.rounds),
    records: Number(values.records),
    seconds: Number(values.seconds),
    scratchDirectory: () => mkdtempSync(join(base, 'j-')),
  });
  if (process.send) process.send(figures);
  else process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
} finally {
  rmSync(base, { recursive: true, force: true });
}
process.disconnect?.();
