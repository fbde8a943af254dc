import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { JournalError } from '../../../watcher/journal/database/journal-error.ts';
import { openJournal } from '../../../watcher/journal/open-journal.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { startChild } from './child-process.ts';
import { batchOf, newEvent, openTestJournal, thrownBy } from './journal-events.ts';

function refusal(directory: string, options: { clusterUid?: string } = {}): JournalError {
  const error = thrownBy(() => openJournal({ directory, clock: createFakeClock(), ...options }));
  if (error instanceof JournalError) return error;
  throw error;
}

test('creates the directory for this user alone, but not its parents', () => {
  const parent = temporaryDirectory();
  openTestJournal({ directory: join(parent, 'journal') });
  expect(statSync(join(parent, 'journal')).mode & 0o777).toBe(0o700);

  const error = refusal(join(parent, 'missing', 'journal'));
  expect(error.code).toBe('directory');
  expect(error.message).toContain(
    `its parent ${join(parent, 'missing')} does not exist; is the volume mounted?`,
  );
});

test('refuses a path that is a file', () => {
  const file = join(temporaryDirectory(), 'journal');
  writeFileSync(file, '');
  expect(refusal(file)).toMatchObject({
    code: 'directory',
    message: `the journal directory ${file} is a file: name a directory.`,
  });
});

test('refuses a directory that cannot be written', () => {
  // Nobody can create files in /proc, whatever their permissions.
  expect(refusal('/proc/offhook')).toMatchObject({
    code: 'directory',
    message:
      'the journal directory /proc/offhook cannot be used: /proc takes no new directories (ENOENT); name another',
  });
  expect(refusal('/proc/self').message).toMatch(/not writable|cannot/);
});

test.each(['journal.db', 'journal.db-wal', 'journal.lock'])(
  'refuses a directory in the place of %s',
  (name) => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, name));
    expect(refusal(directory)).toMatchObject({
      code: 'directory',
      message: expect.stringContaining(`${join(directory, name)} is a directory, not a file: move it away`),
    });
  },
);

test('refuses a directory in memory unless that is accepted', () => {
  const directory = mkdtempSync('/dev/shm/offhook-test-');
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  expect(refusal(directory)).toMatchObject({
    code: 'volatile',
    message: expect.stringMatching(/is on tmpfs.*allowVolatile/),
  });
  openTestJournal({ directory, allowVolatile: true });
});

test('a second journal on the directory is refused and told who has it; closing gives it free', () => {
  const directory = temporaryDirectory();
  const first = openTestJournal({ directory });
  expect(refusal(directory)).toMatchObject({
    code: 'locked',
    message: expect.stringContaining(
      `in use by process ${process.pid} on ${hostname()} since 2026-01-01T00:00:00.000Z`,
    ),
  });
  first.commit(batchOf(newEvent('evt_1')));
  first.close();
  expect(openTestJournal({ directory }).load([1]).get(1)?.eventId).toBe('evt_1');
});

test('another process holds the directory until it is killed', async () => {
  const directory = temporaryDirectory();
  const child = startChild('commit-forever.ts', [directory]);
  await child.line();
  expect(refusal(directory).message).toContain(`in use by process ${child.pid} on`);
  await child.kill();
  openTestJournal({ directory });
});

test('the database can be read by others while it is in use', () => {
  const directory = temporaryDirectory();
  openTestJournal({ directory }).commit(batchOf(newEvent('evt_1')));
  const reader = new DatabaseSync(join(directory, 'journal.db'), { readOnly: true });
  onTestFinished(() => reader.close());
  expect(reader.prepare('SELECT id FROM event').all()).toEqual([{ id: 'evt_1' }]);
});

test('refuses a schema newer than its own without changing anything', () => {
  const directory = temporaryDirectory();
  openTestJournal({ directory }).close();
  const file = join(directory, 'journal.db');
  const database = new DatabaseSync(file);
  database.exec('PRAGMA user_version = 99');
  database.close();
  const before = readFileSync(file);
  expect(refusal(directory)).toMatchObject({
    code: 'schema',
    message: expect.stringMatching(/written by a newer Offhook \(schema 99, .*nothing was changed/),
  });
  expect(readFileSync(file).equals(before)).toBe(true);
});

test('refuses the database of another program', () => {
  const directory = temporaryDirectory();
  const database = new DatabaseSync(join(directory, 'journal.db'));
  database.exec('CREATE TABLE orders (id INTEGER)');
  database.close();
  expect(refusal(directory)).toMatchObject({
    code: 'schema',
    message: expect.stringContaining('is a database, but no journal of Offhook'),
  });
});

test.each([
  ['is no database', (file: string) => writeFileSync(file, 'x'.repeat(8192))],
  ['has a torn page', (file: string) => overwrite(file, 8192, 8192)],
])('a file that %s is refused with what to do', (_, damage) => {
  const directory = temporaryDirectory();
  const journal = openTestJournal({ directory });
  journal.commit(batchOf(...Array.from({ length: 50 }, (__, index) => newEvent(`evt_${index}`))));
  journal.close();
  damage(join(directory, 'journal.db'));
  const error = refusal(directory);
  expect(error.code).toBe('corrupt');
  expect(error.message).toContain(`the journal ${join(directory, 'journal.db')} is damaged`);
  expect(error.message).toContain('move it away');
});

test('belongs to the first cluster it meets', () => {
  const directory = temporaryDirectory();
  const first = openTestJournal({ directory });
  first.bindCluster('uid-a');
  first.bindCluster('uid-a');
  expect(thrownBy(() => first.bindCluster('uid-b'))).toMatchObject({ code: 'cluster' });
  first.close();

  const error = refusal(directory, { clusterUid: 'uid-b' });
  expect(error.code).toBe('cluster');
  expect(error.message).toContain(
    'belongs to another cluster (kube-system UID uid-a, this cluster has uid-b)',
  );
  expect(openTestJournal({ directory, clusterUid: 'uid-a' }).clusterUid()).toBe('uid-a');
});

function overwrite(file: string, position: number, length: number): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(length, 0xa5), 0, length, position);
  closeSync(descriptor);
}

test('a new journal has pages of 8 KiB; one of before, of 4 KiB, goes on with those', () => {
  const fresh = temporaryDirectory();
  openTestJournal({ directory: fresh });
  expect(pageBytesOf(fresh)).toBe(8_192);

  const old = temporaryDirectory();
  const database = new DatabaseSync(join(old, 'journal.db'));
  database.exec('PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; CREATE TABLE x (a); DROP TABLE x');
  database.close();
  const journal = openTestJournal({ directory: old });
  journal.commit(batchOf(newEvent('evt_a')));
  expect(pageBytesOf(old)).toBe(4_096);
  expect(journal.due('bridge', { limit: 10, ordering: 'none' })).toHaveLength(1);
});

function pageBytesOf(directory: string): unknown {
  const database = new DatabaseSync(join(directory, 'journal.db'), { readOnly: true });
  try {
    return database.prepare('PRAGMA page_size').get()?.page_size;
  } finally {
    database.close();
  }
}
