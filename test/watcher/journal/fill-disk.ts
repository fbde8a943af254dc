import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../settings/ambient/clock.ts';
import { JournalWriteError } from '../../../watcher/journal/database/journal-error.ts';
import { openJournal } from '../../../watcher/journal/open-journal.ts';

/**
 * Opens a journal on the small file system mounted at argv[2], fills that up, commits until it fails, makes room and
 * commits again. Prints what happened as one line of JSON.
 */
const [mount = ''] = process.argv.slice(2);
const clock = { ...systemClock, monotonicMs: () => (ticks += 2000) };
let ticks = 0;
const journal = openJournal({ directory: join(mount, 'journal'), allowVolatile: true, clock });
const filler = join(mount, 'filler');

function commit(count: number): number {
  const events = Array.from({ length: count }, (_, index) => ({
    id: `evt_${performance.now()}_${index}`,
    type: 'type',
    hook: 'postStart',
    namespace: 'shop',
    partitionKey: 'pod/app',
    timeMs: 0,
    expiresAtMs: null,
    encode: () => Buffer.alloc(20_000, 1),
    subscriptions: ['a'],
  }));
  return journal.commit({ pods: [], events, resumePoints: [] }).at(-1)?.sequence ?? 0;
}

const before = commit(3);
const { bavail, bsize } = statfsSync(mount);
writeFileSync(filler, Buffer.alloc(bavail * bsize));
let failure: unknown = null;
try {
  for (let round = 0; round < 100; round++) commit(50);
} catch (error) {
  failure = error;
}
const { code, fatal } =
  failure instanceof JournalWriteError ? failure : { code: String(failure), fatal: null };
const whileFull = { writable: journal.writable(), error: journal.lastError()?.code ?? null };
const held = journal.due('a', { limit: 1000, ordering: 'none' }).length;
rmSync(filler);
const after = { writable: journal.writable(), error: journal.lastError()?.code ?? null };
console.log(JSON.stringify({ before, code, fatal, whileFull, held, after, sequence: commit(1) }));
journal.close();
