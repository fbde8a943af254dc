import { closeSync, cpSync, openSync, readFileSync, readSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../support/journal-directory.ts';
import { batchOf, newEvent, openTestJournal } from '../watcher/journal/journal-events.ts';
import { eventually } from './support/eventually.ts';
import { createWatchedCluster, ids, kill, podManifest, told } from './support/watched-cluster.ts';

/** The write-ahead log: a header, then frames of a frame header and a page. @see https://sqlite.org/fileformat2.html */
const PAGE_BYTES = 8_192;
const FRAME_BYTES = 24 + PAGE_BYTES;

test('a last record with flipped bits is cut off at the start, and its event is read and sent again with the same id', {
  timeout: 180_000,
}, async () => {
  const { cluster, tap, journal, startReady } = await createWatchedCluster();
  const watcher = await startReady();
  cluster.applyManifest(podManifest('web'));
  await eventually('both events', () => tap.requests.length === 2);
  await kill(watcher);
  flipUntilAnEventIsLost(journal);

  await startReady();
  await eventually('the lost event', () => tap.requests.length > 2);
  cluster.applyManifest(podManifest('next'));
  await eventually('what comes after it', () => told(tap.requests).includes('postStart next'));
  const unique = new Map(tap.requests.map((request) => [ids([request])[0], request]));
  expect(told([...unique.values()]).toSorted()).toEqual([
    ...['postStart next', 'postStart web', 'preStart next', 'preStart web'],
  ]);
  for (const [id, { body }] of unique) {
    const sent = tap.requests.filter(({ headers }) => headers['webhook-id'] === id);
    expect(sent.every((request) => request.body.equals(body))).toBe(true);
  }
});

test('a checkpoint that was torn by the crash is made again from the write-ahead log', () => {
  const directory = join(temporaryDirectory(), 'journal');
  const journal = openTestJournal({ directory });
  journal.commit(batchOf(...Array.from({ length: 100 }, (_, index) => newEvent(`evt_${index}`))));
  const other = new DatabaseSync(join(directory, 'journal.db'));
  other.exec('PRAGMA wal_checkpoint(PASSIVE)');
  // The files as a crash would leave them: the database just written, its log not yet started anew.
  const crashed = join(temporaryDirectory(), 'journal');
  cpSync(directory, crashed, { recursive: true, filter: (path) => !path.endsWith('-shm') });
  other.close();
  const file = join(crashed, 'journal.db');
  const { size } = statSync(file);
  expect(size).toBeGreaterThan(8 * PAGE_BYTES);
  overwrite(file, size - 3 * PAGE_BYTES - 100, 3 * PAGE_BYTES + 100);

  const reopened = openTestJournal({ directory: crashed });
  expect(reopened.due('bridge', { limit: 1000, ordering: 'none' })).toHaveLength(100);
  expect(reopened.commit(batchOf(newEvent('evt_after')))).toMatchObject([{ sequence: 101 }]);
});

test('a journal with a backlog that a newer version wrote is refused untouched, and goes on with that version', {
  timeout: 180_000,
}, async () => {
  const { cluster, tap, journal, start, startReady } = await createWatchedCluster();
  tap.answer(503);
  const watcher = await startReady();
  cluster.applyManifest(podManifest('web'));
  await eventually('both events', () => new Set(ids(tap.requests)).size === 2);
  watcher.kill('SIGTERM');
  await watcher.ended();
  const known = setSchema(journal, 99);
  const before = readFileSync(join(journal, 'journal.db'));

  const refused = await start().ended();
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/written by a newer Offhook \(schema 99, .*nothing was changed/);
  expect(readFileSync(join(journal, 'journal.db')).equals(before)).toBe(true);

  setSchema(journal, known);
  const attempted = tap.requests.length;
  tap.answer(202);
  await startReady();
  await eventually('the backlog', () => tap.requests.length === attempted + 2);
  expect(new Set(ids(tap.requests)).size).toBe(2);
});

/** Damages one frame of the log after the other, the last one first, until one with an event is gone. */
function flipUntilAnEventIsLost(journal: string): void {
  const log = join(journal, 'journal.db-wal');
  const before = eventsIn(journal);
  for (let end = statSync(log).size; end > FRAME_BYTES; end -= FRAME_BYTES) {
    flipByte(log, end - 1000);
    if (eventsIn(journal) < before) return;
  }
  throw new Error('no frame of the log held an event');
}

/** Counted in a copy: opening the journal would mend it. */
function eventsIn(journal: string): number {
  const copy = join(temporaryDirectory(), 'journal');
  cpSync(journal, copy, { recursive: true, filter: (path) => !path.endsWith('-shm') });
  const database = new DatabaseSync(join(copy, 'journal.db'));
  const row = database.prepare('SELECT count(*) AS n FROM event').get();
  database.close();
  return Number(row?.n);
}

function flipByte(file: string, position: number): void {
  const descriptor = openSync(file, 'r+');
  const byte = Buffer.alloc(1);
  readSync(descriptor, byte, 0, 1, position);
  writeSync(descriptor, Buffer.from([(byte[0] ?? 0) ^ 0xff]), 0, 1, position);
  closeSync(descriptor);
}

function overwrite(file: string, position: number, length: number): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(length, 0xa5), 0, length, position);
  closeSync(descriptor);
}

/** Returns the version it was. */
function setSchema(journal: string, version: number): number {
  const database = new DatabaseSync(join(journal, 'journal.db'));
  const before = database.prepare('PRAGMA user_version').get()?.user_version;
  database.exec(`PRAGMA user_version = ${version}; PRAGMA wal_checkpoint(TRUNCATE)`);
  database.close();
  return Number(before);
}
