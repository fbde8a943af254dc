import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { hasId } from '../../../watcher/journal/database/event-id-index.ts';
import { findSequence } from '../../../watcher/journal/records/event-history.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { makeOldestSchema } from '../../support/oldest-schema.ts';
import { batchOf, newEvent, openTestJournal } from './journal-events.ts';

test('events whose ids begin alike are told apart', () => {
  const journal = openTestJournal();
  const first = journal.commit(batchOf(newEvent('evt_abcdefgh1'), newEvent('evt_abcdefgh2')));
  const second = journal.commit(batchOf(newEvent('evt_abcdefgh2'), newEvent('evt_abcdefgh3')));
  expect([...first, ...second].map(({ event, sequence }) => [event.id, sequence])).toEqual([
    ['evt_abcdefgh1', 1],
    ['evt_abcdefgh2', 2],
    ['evt_abcdefgh3', 3],
  ]);
});

describe('a journal of before its events were found by the beginning of their ids', () => {
  /** Of the oldest schema, with `evt_abcdefgh1` to `evt_abcdefgh<events>`. */
  function oldJournal(events: number): string {
    const directory = temporaryDirectory();
    openTestJournal({ directory }).close();
    const database = new DatabaseSync(join(directory, 'journal.db'));
    database.exec(`
      WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${events})
      INSERT INTO event SELECT n, 'evt_abcdefgh' || n, 't', 'postStart', 'shop', 'pod', 'pod/app', 0, NULL, 0, x'7b7d' FROM number;
    `);
    makeOldestSchema(database);
    database.close();
    return directory;
  }

  function read<T>(directory: string, look: (database: DatabaseSync) => T): T {
    const database = new DatabaseSync(join(directory, 'journal.db'), { readOnly: true });
    try {
      return look(database);
    } finally {
      database.close();
    }
  }

  test.each([
    ['few events, which gets that index', 100, 'event_id'],
    ['many, which keeps its own', 10_001, 'sqlite_autoindex_event_1'],
  ])('with %s: knows its events, goes on counting, and looks through none of them', (_, events, index) => {
    const directory = oldJournal(events);
    const journal = openTestJournal({ directory });
    const known = `evt_abcdefgh${events - 7}`;
    const stored = journal.commit(
      batchOf(newEvent(known), newEvent('evt_abcdefgh'), newEvent('evt_new'), newEvent('evt_new')),
    );
    expect(stored.map(({ event, sequence }) => [event.id, sequence])).toEqual([
      ['evt_abcdefgh', events + 1],
      ['evt_new', events + 2],
    ]);
    expect(journal.due('bridge', { limit: 10, ordering: 'none' })).toHaveLength(2);
    read(directory, (database) => {
      expect(findSequence(database, { id: known })).toBe(events - 7);
      expect(findSequence(database, { id: 'evt_abcdefgh0' })).toBeNull();
      const [step] = database
        .prepare(`EXPLAIN QUERY PLAN SELECT 1 FROM event WHERE ${hasId('?1')}`)
        .all('evt_new');
      expect(step?.detail).toContain(
        `SEARCH event USING ${index === 'event_id' ? '' : 'COVERING '}INDEX ${index} `,
      );
      expect(database.prepare('PRAGMA integrity_check').get()?.integrity_check).toBe('ok');
    });
  });

  test('its newest event is removed, and its number is not given again', () => {
    const directory = oldJournal(3);
    const journal = openTestJournal({ directory });
    const database = new DatabaseSync(join(directory, 'journal.db'));
    database.exec('DELETE FROM event WHERE sequence > 1; DELETE FROM event');
    database.close();
    expect(journal.commit(batchOf(newEvent('evt_new'))).map(({ sequence }) => sequence)).toEqual([4]);
  });
});
