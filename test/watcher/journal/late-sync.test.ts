import { expect, test } from 'vitest';
import type { JournalBatch } from '../../../watcher/ingest/lifecycle-journal.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { batchOf, newEvent, openTestJournal } from './journal-events.ts';

const waiting = (...ids: readonly string[]): JournalBatch => ({
  ...batchOf(...ids.map((id) => newEvent(id))),
  mayWait: true,
});

test('what may wait is due, and told, only when it is on the disk; what comes meanwhile is told after it', async () => {
  const journal = openTestJournal();
  const due = () => journal.due('bridge', { limit: 10, ordering: 'none' }).map(({ sequence }) => sequence);
  const told: string[] = [];
  const tell = (what: string) => journal.whenDurable(() => told.push(`${what}: ${due()}`));
  journal.commit(batchOf(newEvent('evt_1')));
  tell('one at once');
  expect(told).toEqual(['one at once: 1']);

  journal.commit(waiting('evt_2', 'evt_3'));
  tell('two');
  journal.commit(batchOf(newEvent('evt_4')));
  tell('one meanwhile');
  journal.commit(waiting('evt_5', 'evt_6'));
  tell('two more');
  expect(due()).toEqual([1]);
  expect(journal.load([2, 3, 5]).size).toBe(3);

  await new Promise<void>((resolve) => journal.whenDurable(resolve));
  expect(told.slice(1)).toEqual(['two: 1,2,3,4', 'one meanwhile: 1,2,3,4', 'two more: 1,2,3,4,5,6']);
});

test('a batch that may wait and holds nothing new is waited for by nobody', () => {
  const journal = openTestJournal();
  journal.commit(batchOf(newEvent('evt_1')));
  journal.commit(waiting('evt_1'));
  let isTold = false;
  journal.whenDurable(() => {
    isTold = true;
  });
  expect(isTold).toBe(true);
});

test('a journal can be closed while a disk works; nobody is called back, and all of it is there again', async () => {
  const directory = temporaryDirectory();
  const journal = openTestJournal({ directory });
  journal.commit(waiting('evt_1', 'evt_2'));
  journal.whenDurable(() => expect.unreachable('the journal is closed'));
  journal.close();
  const again = openTestJournal({ directory });
  expect(again.due('bridge', { limit: 10, ordering: 'none' })).toHaveLength(2);
  again.commit(waiting('evt_3', 'evt_4'));
  await new Promise<void>((resolve) => again.whenDurable(resolve));
});
