import { expect, onTestFinished, test } from 'vitest';
import { createWatcherLog } from '../../../watcher/ambient/watcher-log.ts';
import { loadConfig } from '../../../watcher/config/load-config.ts';
import type { WatcherConfig } from '../../../watcher/config/watcher-config.ts';
import { JournalWriteError } from '../../../watcher/journal/database/journal-error.ts';
import type { Journal } from '../../../watcher/journal/open-journal.ts';
import { openDelivery } from '../../../watcher/run/open-delivery.ts';
import { createBook } from '../../../watcher/subscriptions/book.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { respond, startReceiver } from '../../support/receiver.ts';
import { until } from '../../support/until.ts';
import { SECRET } from '../../support/watch-config.ts';
import { batchOf, newEvent, openTestJournal } from '../journal/journal-events.ts';

function configFor(url: string): WatcherConfig {
  const yaml = `subscriptions: [{ name: bridge, url: "${url}", signingSecretEnv: S, allowHttp: true }]`;
  const result = loadConfig({ env: { S: SECRET }, readFile: () => yaml });
  if (result.kind === 'invalid') throw new Error(JSON.stringify(result.faults));
  return result.config;
}

/** Delivery as the watcher starts it, over a journal with one event. */
async function start(url: string, change: (journal: Journal) => Journal = (journal) => journal) {
  const clock = createFakeClock();
  const journal = openTestJournal({ clock });
  journal.commit(batchOf(newEvent('evt_1')));
  const lines: { readonly level: string; readonly msg: string }[] = [];
  const fatal: JournalWriteError[] = [];
  const log = createWatcherLog('debug', { write: (line) => void lines.push(JSON.parse(line)) });
  const book = createBook(configFor(url).subscriptions);
  const delivery = openDelivery({
    ...{ clock, random: () => 0.5, log, version: '1.2.3', metrics: { onAttempt: () => {} } },
    queue: change(journal),
    book,
    fail: (error) => void fatal.push(error),
  });
  await delivery.start();
  onTestFinished(() => delivery.stop());
  return { clock, lines, fatal, book };
}

test('the last event that a receiver takes before it says goodbye is logged as delivered', async () => {
  const receiver = await startReceiver();
  receiver.answer(respond(200, { 'webhook-delivery': 'disable' }));
  const { lines } = await start(receiver.url);
  await until('the goodbye', () => lines.length >= 2);
  expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
    ['debug', 'delivered'],
    ['error', 'the receiver ended its subscription'],
  ]);
});

test('an event that a receiver refuses with its goodbye is logged as a dead letter', async () => {
  const receiver = await startReceiver();
  receiver.answer(410);
  const { lines } = await start(receiver.url);
  await until('the goodbye', () => lines.length >= 2);
  expect(lines[0]).toMatchObject({
    level: 'error',
    msg: 'not delivered; kept as a dead letter',
    outcome: 'gone',
  });
});

test('a journal that failed for good is told to who can end the process, not tried again', async () => {
  const receiver = await startReceiver();
  const { clock, lines, fatal } = await start(receiver.url, (journal) => ({
    ...journal,
    recordOutcomes() {
      throw new JournalWriteError('io', 'the disk failed');
    },
  }));
  await until('the attempt', () => lines.some(({ msg }) => msg === 'delivered'));
  await clock.advance(10);
  expect(fatal).toMatchObject([{ code: 'io', fatal: true }]);
  expect(lines.map(({ msg }) => msg)).toEqual(['delivered']);
});

test('a full disk is logged and tried again', async () => {
  const receiver = await startReceiver();
  const { clock, lines, fatal } = await start(receiver.url, (journal) => ({
    ...journal,
    recordOutcomes() {
      throw new JournalWriteError('full', 'no space');
    },
  }));
  await until('the attempt', () => lines.some(({ msg }) => msg === 'delivered'));
  await clock.advance(10);
  expect(fatal).toEqual([]);
  expect(lines.at(-1)).toMatchObject({ level: 'error', msg: expect.stringContaining('trying again') });
});

test('one that goes and comes again before its connections are made is delivered once', async () => {
  const receiver = await startReceiver();
  const { clock, lines, book } = await start(receiver.url);
  const all = book.all();
  for (let round = 0; round < 3; round++) {
    book.replace([]);
    book.replace(all);
  }
  await until('the attempt', () => lines.length > 0);
  await clock.advance(10_000);
  expect(lines.map(({ msg }) => msg)).toEqual(['delivered']);
  expect(receiver.requests).toHaveLength(1);
});
