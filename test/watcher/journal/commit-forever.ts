import { writeSync } from 'node:fs';
import { systemClock } from '../../../settings/ambient/clock.ts';
import { openJournal } from '../../../watcher/journal/open-journal.ts';

/**
 * Opens the journal in argv[2] and commits batch after batch, with outcomes in between. It prints the last sequence
 * number of each batch once the commit has returned, and the code of the error that ends it.
 */
const [directory = '', bodyBytes = '1000'] = process.argv.slice(2);
const journal = openJournal({ directory, allowVolatile: true, clock: systemClock });

function commit(round: number): number {
  const events = Array.from({ length: 1 + (round % 7) }, (_, index) => ({
    id: `evt_${process.pid}_${round}_${index}`,
    type: 'dev.offhook.container.postStart',
    hook: 'postStart',
    namespace: 'shop',
    partitionKey: 'pod/app',
    timeMs: Date.now(),
    expiresAtMs: null,
    encode: (sequence: number) => Buffer.alloc(Number(bodyBytes), `${sequence};`),
    subscriptions: ['a', 'b'],
  }));
  const pods = [{ key: 'pod', json: JSON.stringify({ round }) }];
  const resumePoints = [{ stream: 'pods' as const, resourceVersion: String(round) }];
  return journal.commit({ pods, events, resumePoints }).at(-1)?.sequence ?? 0;
}

function recordSome(): void {
  const records = journal.due('a', { limit: 5, ordering: 'none' }).map(({ sequence, attempts }) => ({
    subscription: 'a',
    sequence,
    attempt: attempts + 1,
    atMs: Date.now(),
    durationMs: 1,
    status: 202,
    outcome: 'delivered',
    next: { kind: 'delivered' as const },
  }));
  journal.recordOutcomes(records);
}

// Straight to the file descriptor: what is printed has left this process when the next commit begins.
function print(text: string): void {
  writeSync(1, `${text}\n`);
}

try {
  for (let round = 0; ; round++) {
    print(String(commit(round)));
    if (round % 3 === 0) recordSome();
  }
} catch (error) {
  const { code, fatal } = error as { code?: unknown; fatal?: unknown };
  print(`failed ${code} ${fatal}`);
  try {
    commit(-1);
  } catch (again) {
    print(again === error ? 'refused' : `other ${(again as { code?: unknown }).code}`);
  }
  print(`writable ${journal.writable()}`);
}
