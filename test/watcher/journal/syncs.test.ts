import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { canTrace } from '../../faults/support/system-calls.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { startChild } from './child-process.ts';

type Syncs = { readonly log: number; readonly database: number };

/** How often each step of sync-steps.ts had a file taken to the disk, by its name; before the first one it opens the journal. */
async function syncsOfSteps(directory = temporaryDirectory()): Promise<ReadonlyMap<string, Syncs>> {
  const trace = join(temporaryDirectory(), 'trace');
  const calls = 'trace=fsync,fdatasync,access,faccessat,faccessat2';
  const steps = fileURLToPath(new URL('sync-steps.ts', import.meta.url));
  await promisify(execFile)('strace', [
    ...['-f', '-y', '-qq', '-o', trace, '-e', calls],
    ...[process.execPath, steps, directory],
  ]);
  const syncs = new Map<string, Syncs>();
  let step = 'opening';
  for (const line of readFileSync(trace, 'utf8').split('\n')) {
    step = /"\/step\/(.*)"/.exec(line)?.[1] ?? step;
    const { log, database } = syncs.get(step) ?? { log: 0, database: 0 };
    const file = /sync\(\d+<.*\/(journal\.db(?:-wal)?)>/.exec(line)?.[1];
    syncs.set(step, {
      log: log + (file === 'journal.db-wal' ? 1 : 0),
      database: database + (file === 'journal.db' ? 1 : 0),
    });
  }
  return syncs;
}

// The system's own calls are counted by strace, which has to be installed and allowed to trace (Linux, ptrace).
test.skipIf(!canTrace())(
  'an event is on the disk when it is stored; an outcome waits for no disk, but does the checkpoint for events, and a list a smaller one',
  async () => {
    const syncs = await syncsOfSteps();
    expect(
      Object.fromEntries([...syncs].filter(([step]) => step !== 'opening' && step !== 'the end')),
    ).toEqual({
      event: { log: 1, database: 0 },
      outcome: { log: 0, database: 0 },
      'event after an outcome': { log: 1, database: 0 },
      'outcome that fails': { log: 0, database: 0 },
      'event after a failure': { log: 1, database: 0 },
      'many events': { log: 42, database: 0 },
      'outcome after many events': { log: 1, database: 1 },
      'event after a checkpoint': { log: expect.any(Number), database: 0 },
      // And one before its log is copied.
      'list of Pods': { log: expect.any(Number), database: 1 },
      'events after a list': { log: 42, database: 0 },
    });
    expect(syncs.get('event after a checkpoint')?.log).toBeGreaterThan(0);
    expect(syncs.get('list of Pods')?.log).toBeGreaterThanOrEqual(24);
  },
);

test.skipIf(!canTrace())(
  'what a killed process had committed is taken to the disk before anybody reads it',
  async () => {
    const directory = temporaryDirectory();
    const child = startChild('commit-forever.ts', [directory]);
    for (let commits = 0; commits < 5; commits += 1) await child.line();
    await child.kill();
    const syncs = await syncsOfSteps(directory);
    expect(syncs.get('opening')?.log).toBeGreaterThan(0);
  },
);
