import { statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { startChild } from './child-process.ts';
import { batchOf, newEvent, openTestJournal } from './journal-events.ts';

/** Sequence numbers and consistency, read straight from the file. */
function inspect(directory: string) {
  const database = new DatabaseSync(join(directory, 'journal.db'));
  try {
    const row = database
      .prepare(
        `SELECT (SELECT count(*) FROM event) AS events, (SELECT max(sequence) FROM event) AS last,
           (SELECT count(*) FROM delivery) AS deliveries`,
      )
      .get();
    const integrity = database.prepare('PRAGMA integrity_check').get()?.integrity_check;
    const { events, last, deliveries } = row ?? {};
    return { integrity, events, last, deliveries };
  } finally {
    database.close();
  }
}

test('what a commit acknowledged is there after SIGKILL, without holes, round after round', {
  timeout: 180_000,
}, async () => {
  const directory = temporaryDirectory();
  let acknowledged = 0;
  for (let round = 0; round < 8; round++) {
    const child = startChild('commit-forever.ts', [directory]);
    for (let commits = 0; commits < 5 + round * 9; commits++) await child.line();
    await child.kill();
    acknowledged = Number(child.lines.at(-1));

    const found = inspect(directory);
    expect(found.integrity).toBe('ok');
    expect(found.last).toBeGreaterThanOrEqual(acknowledged);
    // One transaction at most can have been stored without having been printed: seven events.
    expect(found.last).toBeLessThanOrEqual(acknowledged + 7);
    expect(found).toMatchObject({
      events: found.last,
      deliveries: Number(found.last) * 2,
    });
  }
  const stored = openTestJournal({ directory }).commit(batchOf(newEvent('evt_after')));
  expect(stored[0]?.sequence).toBeGreaterThan(acknowledged);
});

test.each([1, 3000, 20_000])(
  'a write-ahead log that lost its last %i bytes is recovered up to there',
  async (bytes) => {
    const directory = temporaryDirectory();
    const child = startChild('commit-forever.ts', [directory]);
    for (let commits = 0; commits < 20; commits++) await child.line();
    await child.kill();
    const log = join(directory, 'journal.db-wal');
    truncateSync(log, statSync(log).size - bytes);

    const stored = openTestJournal({ directory }).commit(batchOf(newEvent('evt_after')));
    const found = inspect(directory);
    expect(found).toMatchObject({ integrity: 'ok', events: stored[0]?.sequence, last: stored[0]?.sequence });
    expect(found.last).toBeGreaterThan(10);
  },
);

test('a write error of the disk is fatal: nothing more is written, and a new process finds what was committed', async () => {
  const directory = temporaryDirectory();
  // A limit on the size of files makes write(2) fail with EFBIG, which SQLite sees as an I/O error.
  const child = startChild('commit-forever.ts', [directory, '8000'], 'ulimit -f 1024;');
  await child.ended();
  expect(child.lines.slice(-3)).toEqual(['failed io true', 'refused', 'writable false']);
  const acknowledged = Number(child.lines.at(-4));
  expect(acknowledged).toBeGreaterThan(0);

  openTestJournal({ directory }).close();
  expect(inspect(directory)).toMatchObject({ integrity: 'ok', last: acknowledged, events: acknowledged });
});
