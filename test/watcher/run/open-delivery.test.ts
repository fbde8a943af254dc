import { expect, onTestFinished, test } from 'vitest';
import { createWatcherLog } from '../../../watcher/ambient/watcher-log.ts';
import { loadConfig } from '../../../watcher/config/load-config.ts';
import type { WatcherConfig } from '../../../watcher/config/watcher-config.ts';
import { JournalWriteError } from '../../../watcher/journal/database/journal-error.ts';
import type { Journal } from '../../../watcher/journal/open-journal.ts';
import { deliveryTarget } from '../../../watcher/run/delivery-target.ts';
import { openDelivery } from '../../../watcher/run/open-delivery.ts';
import { isSameDelivery } from '../../../watcher/run/same-delivery.ts';
import { createBook } from '../../../watcher/subscriptions/book.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { hang, respond, startReceiver } from '../../support/receiver.ts';
import { until } from '../../support/until.ts';
import { SECRET } from '../../support/watch-config.ts';
import { batchOf, newEvent, openTestJournal } from '../journal/journal-events.ts';

function configFor(url: string, more = '', env: Record<string, string> = {}): WatcherConfig {
  const yaml = `subscriptions: [{ name: bridge, url: "${url}", signingSecretEnv: S, allowHttp: true${more} }]`;
  const result = loadConfig({ env: { S: SECRET, ...env }, readFile: () => yaml });
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
  onTestFinished(async () => {
    const stopped = delivery.stop();
    await clock.advance(10_000);
    await stopped;
  });
  return { clock, lines, fatal, book, journal, delivery };
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

test('a configuration that was read again, with another filter, leaves queue and connections as they are', async () => {
  const receiver = await startReceiver();
  receiver.answer(hang, 202);
  const { clock, lines, book, journal, delivery } = await start(receiver.url);
  await receiver.received(1);
  book.replace(configFor(receiver.url, ', namespaces: [shop]').subscriptions);
  book.replace(configFor(receiver.url, ', proxy: none').subscriptions);
  await clock.advance(1_000);
  // It was not sent again, as it would be by another queue, and the one that began may take its time.
  expect(delivery.dispatcher.stateOf('bridge')).toMatchObject({ inFlight: 1 });
  journal.commit(batchOf(newEvent('evt_2'), newEvent('evt_3')));
  delivery.dispatcher.wake(['bridge']);
  await until('the others', () => lines.filter(({ msg }) => msg === 'delivered').length === 2);
  expect(receiver.requests.map(({ headers }) => headers['webhook-id'])).toEqual(['evt_1', 'evt_2', 'evt_3']);
  expect(new Set(receiver.requests.slice(1).map(({ remotePort }) => remotePort)).size).toBeLessThanOrEqual(2);
});

test.for([
  ['another secret', '', { S: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD' }],
  ['another rate', ', concurrency: 3', {}],
  ['another proxy', ', proxy: { env: P }', { P: 'http://user:one@127.0.0.1:1' }],
] as const)('%s replaces the one subscription', async ([, more, env]) => {
  const receiver = await startReceiver();
  receiver.answer(hang);
  const { book, delivery } = await start(receiver.url);
  await receiver.received(1);
  book.replace(configFor(receiver.url, more, env).subscriptions);
  // It begins when the one before it has ended.
  expect(delivery.dispatcher.stateOf('bridge')?.inFlight ?? 0).toBe(0);
});

test('a proxy whose password was changed is another one', () => {
  const targetOf = (password: string) => {
    const env = { P: `http://user:${password}@127.0.0.1:1` };
    const [subscription] = configFor('https://example.com/', ', proxy: { env: P }', env).subscriptions;
    if (subscription === undefined) throw new Error('no subscription');
    return deliveryTarget(subscription);
  };
  expect(isSameDelivery(targetOf('one'), targetOf('one'))).toBe(true);
  expect(isSameDelivery(targetOf('one'), targetOf('two'))).toBe(false);
});
