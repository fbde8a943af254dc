import { expect, test } from 'vitest';
import type { AttemptReport } from '../../../watcher/delivery/delivery-observer.ts';
import type { Readings } from '../../../watcher/metrics/readings.ts';
import { createWatcherMetrics } from '../../../watcher/metrics/watcher-metrics.ts';
import { createBook } from '../../../watcher/subscriptions/book.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { quietSetAside } from '../../support/set-aside.ts';
import { newEvent } from '../journal/journal-events.ts';
import { parseExposition, sampleOf } from './exposition.ts';

const QUIET: Readings = {
  ready: true,
  leading: true,
  queues: [],
  disabled: [],
  journal: { bytes: { used: 1, file: 2, wal: 3 }, maxBytes: 4, full: false },
  writable: true,
  setAside: quietSetAside().report(),
  sources: [],
};

const status = {
  state: 'watching',
  lastContactMs: 5000,
  stale: false,
  lastProgressMs: 4_000,
  refused: false,
  missed: 0,
} as const;

const named = (name: string) => ({ name, filter: {} });

function start({ subscriptions = ['bridge'], read = () => QUIET as Readings } = {}) {
  const clock = createFakeClock();
  const book = createBook(subscriptions.map(named));
  const metrics = createWatcherMetrics({ version: '1.2.3', book, clock });
  const page = metrics.page(read);
  return { clock, book, metrics, page, scrape: async () => parseExposition(await page.text()) };
}

function report(fields: Partial<AttemptReport>): AttemptReport {
  return {
    subscription: 'bridge',
    sequence: 1,
    eventId: 'evt_1',
    type: 'dev.offhook.container.postStart',
    attempt: 1,
    outcome: 'delivered',
    next: 'delivered',
    reason: null,
    status: 202,
    durationMs: 20,
    observedToSentMs: 1,
    retryInMs: null,
    ...fields,
  };
}

test('says its version, and shows every series that can count from the start', async () => {
  const { page, scrape } = start();
  expect(page.contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
  const families = await scrape();
  const build = families.get('offhook_build_info')?.samples[0];
  expect(build).toMatchObject({ labels: { version: '1.2.3', node: process.versions.node }, value: 1 });
  expect(sampleOf(families, 'offhook_events_total', { hook: 'preStop', observation: 'event' })).toBe(0);
  expect(sampleOf(families, 'offhook_gaps_total')).toBe(0);
  expect(sampleOf(families, 'offhook_watch_lists_total', { reason: 'expired' })).toBe(0);
  expect(sampleOf(families, 'offhook_delivery_lag_seconds_count', { subscription: 'bridge' })).toBe(0);
  for (const outcome of ['delivered', 'retry', 'rejected', 'gone'])
    expect(sampleOf(families, 'offhook_delivery_attempts_total', { subscription: 'bridge', outcome })).toBe(
      0,
    );
});

test('counts events by hook and observation, declared gaps, and lists by reason', async () => {
  const { metrics, scrape } = start();
  const stored = (...events: ReturnType<typeof newEvent>[]) =>
    events.map((event, sequence) => ({ event, sequence, body: new Uint8Array() }));
  metrics.onStored(
    stored(
      newEvent('evt_1', { observation: 'status' }),
      newEvent('evt_2', { observation: 'status' }),
      newEvent('evt_3', { hook: 'preStop', observation: 'event' }),
      newEvent('evt_4', { hook: 'gap' }),
    ),
  );
  metrics.onListed('expired');
  const families = await scrape();
  expect(sampleOf(families, 'offhook_events_total', { hook: 'postStart', observation: 'status' })).toBe(2);
  expect(sampleOf(families, 'offhook_events_total', { hook: 'preStop', observation: 'event' })).toBe(1);
  expect(sampleOf(families, 'offhook_events_total', { hook: 'gap', observation: 'none' })).toBe(1);
  expect(sampleOf(families, 'offhook_gaps_total')).toBe(1);
  expect(sampleOf(families, 'offhook_watch_lists_total', { reason: 'expired' })).toBe(1);
});

test('measures the lag of what was taken, also by a receiver that said goodbye, and counts what was given up', async () => {
  const { metrics, scrape } = start();
  metrics.onAttempt(report({ outcome: 'retry', next: 'retry', retryInMs: 1000 }));
  metrics.onAttempt(report({ attempt: 2, observedToSentMs: 2000, durationMs: 500 }));
  metrics.onAttempt(report({ outcome: 'gone', observedToSentMs: 3, durationMs: 1 }));
  metrics.onAttempt(report({ outcome: 'gone', next: 'dead' }));
  metrics.onAttempt(report({ attempt: 0, outcome: 'rejected', next: 'dead' }));
  const families = await scrape();
  const bridge = { subscription: 'bridge' };
  const lag = (le: string) => sampleOf(families, 'offhook_delivery_lag_seconds_bucket', { ...bridge, le });
  expect(['0.001', '0.0025', '0.005', '1', '2.5', '+Inf'].map(lag)).toEqual([0, 0, 1, 1, 2, 2]);
  expect(sampleOf(families, 'offhook_delivery_lag_seconds_sum', bridge)).toBeCloseTo(2.504);
  const attempts = (outcome: string) =>
    sampleOf(families, 'offhook_delivery_attempts_total', { ...bridge, outcome });
  // Given up without being sent is no attempt.
  expect(['delivered', 'retry', 'rejected', 'gone'].map(attempts)).toEqual([1, 1, 0, 2]);
  expect(sampleOf(families, 'offhook_deliveries_given_up_total', bridge)).toBe(2);
});

test('shows queues, the journal, the watch and readiness as they are at the scrape', async () => {
  const readings: Readings = {
    ready: false,
    leading: false,
    queues: [{ subscription: 'bridge', pending: 3, dead: 2, oldestPendingMs: 1500 }],
    disabled: ['bridge'],
    journal: { bytes: { used: 10, file: 20, wal: 30 }, maxBytes: 10, full: true },
    writable: false,
    setAside: { pods: 2, totals: [{ resource: 'events', reason: 'implausible', count: 7 }] },
    sources: [{ resource: 'pods', status: { ...status, restarts: { closed: 4, expired: 1 }, missed: 6 } }],
  };
  let now = readings;
  const { clock, scrape } = start({ read: () => now });
  const first = await scrape();
  const bridge = { subscription: 'bridge' };
  expect(sampleOf(first, 'offhook_ready')).toBe(0);
  expect(sampleOf(first, 'offhook_queue_pending', bridge)).toBe(3);
  expect(sampleOf(first, 'offhook_queue_oldest_pending_seconds', bridge)).toBe(1.5);
  expect(sampleOf(first, 'offhook_dead_letters', bridge)).toBe(2);
  expect(sampleOf(first, 'offhook_subscriptions_disabled', bridge)).toBe(1);
  expect(['used', 'file', 'wal'].map((part) => sampleOf(first, 'offhook_journal_bytes', { part }))).toEqual([
    10, 20, 30,
  ]);
  expect(sampleOf(first, 'offhook_watch_pods_set_aside')).toBe(2);
  expect(
    sampleOf(first, 'offhook_watch_set_aside_total', { resource: 'events', reason: 'implausible' }),
  ).toBe(7);
  expect(sampleOf(first, 'offhook_journal_max_bytes')).toBe(10);
  expect(sampleOf(first, 'offhook_journal_full')).toBe(1);
  expect(sampleOf(first, 'offhook_journal_writable')).toBe(0);
  expect(sampleOf(first, 'offhook_leading')).toBe(0);
  expect(sampleOf(first, 'offhook_watch_restarts_total', { resource: 'pods', cause: 'expired' })).toBe(1);
  expect(sampleOf(first, 'offhook_watch_missed_changes_total', { resource: 'pods' })).toBe(6);
  expect(sampleOf(first, 'offhook_watch_last_contact_timestamp_seconds', { resource: 'pods' })).toBe(5);

  now = {
    ...QUIET,
    sources: [{ resource: 'pods', status: { ...status, restarts: { closed: 5, expired: 1 } } }],
  };
  await clock.advance(1000);
  const second = await scrape();
  expect(sampleOf(second, 'offhook_ready')).toBe(1);
  expect(sampleOf(second, 'offhook_queue_pending', bridge)).toBe(0);
  expect(sampleOf(second, 'offhook_queue_oldest_pending_seconds', bridge)).toBe(0);
  expect(sampleOf(second, 'offhook_subscriptions_disabled', bridge)).toBe(0);
  expect(sampleOf(second, 'offhook_watch_restarts_total', { resource: 'pods', cause: 'closed' })).toBe(5);
});

test('a thousand subscriptions take no more series than a hundred and one', async () => {
  const name = (index: number) => `sub-${String(index).padStart(4, '0')}`;
  const subscriptions = Array.from({ length: 1000 }, (_, index) => name(999 - index));
  const queues = [
    { subscription: name(99), pending: 1, dead: 0, oldestPendingMs: 1000 },
    { subscription: name(100), pending: 2, dead: 1, oldestPendingMs: 9000 },
    { subscription: name(999), pending: 3, dead: 1, oldestPendingMs: 2000 },
    { subscription: 'was-removed', pending: 4, dead: 1, oldestPendingMs: null },
  ];
  const { metrics, scrape } = start({ subscriptions, read: () => ({ ...QUIET, queues }) });
  for (const subscription of subscriptions) metrics.onAttempt(report({ subscription }));
  const families = await scrape();
  for (const [family, { samples }] of families) {
    const named = new Set(samples.flatMap(({ labels }) => labels.subscription ?? []));
    expect(named.size, family).toBeLessThanOrEqual(101);
  }
  const other = { subscription: 'other' };
  expect(sampleOf(families, 'offhook_queue_pending', { subscription: name(99) })).toBe(1);
  expect(sampleOf(families, 'offhook_queue_pending', other)).toBe(9);
  expect(sampleOf(families, 'offhook_dead_letters', other)).toBe(3);
  expect(sampleOf(families, 'offhook_queue_oldest_pending_seconds', other)).toBe(9);
  expect(sampleOf(families, 'offhook_delivery_attempts_total', { ...other, outcome: 'delivered' })).toBe(900);
});

test('measures once a second, however many scrape', async () => {
  let measured = 0;
  const read = () => {
    measured++;
    return QUIET;
  };
  const { clock, page } = start({ read });
  await Promise.all([page.text(), page.text(), page.text()]);
  await clock.advance(999);
  await page.text();
  expect(measured).toBe(1);
  await clock.advance(1);
  await page.text();
  expect(measured).toBe(2);
});

test('measuring what takes long is done more rarely, so that it takes a twentieth of the time at most', async () => {
  let measured = 0;
  const clock = createFakeClock();
  let elapsed = 0;
  const read = () => {
    measured++;
    elapsed += 200;
    return QUIET;
  };
  const monotonicMs = () => elapsed + clock.monotonicMs();
  const page = createWatcherMetrics({ version: '1', book: createBook([]), clock: { monotonicMs } }).page(
    read,
  );
  await page.text();
  await clock.advance(3_999);
  await page.text();
  expect(measured).toBe(1);
  await clock.advance(1);
  await page.text();
  expect(measured).toBe(2);
});

test('a measurement that fails is not remembered', async () => {
  let broken = true;
  const read = () => {
    if (broken) throw new Error('the journal is closed');
    return QUIET;
  };
  const { page, scrape } = start({ read });
  await expect(page.text()).rejects.toThrow('the journal is closed');
  broken = false;
  expect(sampleOf(await scrape(), 'offhook_ready')).toBe(1);
});

test('two watchers in one process do not share a figure', async () => {
  const [first, second] = [start(), start()];
  first.metrics.onListed('start');
  const lists = async (one: ReturnType<typeof start>) =>
    sampleOf(await one.scrape(), 'offhook_watch_lists_total', { reason: 'start' });
  expect([await lists(first), await lists(second)]).toEqual([1, 0]);
});

test('a subscription that comes has all its series at once, and one that goes has none', async () => {
  const queues = [{ subscription: 'old', pending: 3, dead: 0, oldestPendingMs: 5_000 }];
  const { clock, book, metrics, page, scrape } = start({
    subscriptions: ['old', 'kept'],
    read: () => ({ ...QUIET, queues }),
  });
  const seriesOf = async (subscription: string) =>
    (await page.text()).split('\n').filter((line) => line.includes(`subscription="${subscription}"`)).length;
  for (const subscription of ['old', 'kept']) metrics.onAttempt(report({ subscription }));
  const all = await seriesOf('old');
  expect(all).toBeGreaterThan(20);

  book.replace([named('new'), ...book.all().filter(({ name }) => name === 'kept')]);
  // What it still had in flight.
  metrics.onAttempt(report({ subscription: 'old' }));
  metrics.onAttempt(report({ subscription: 'kept' }));
  await clock.advance(1_000);
  expect([await seriesOf('old'), await seriesOf('new'), await seriesOf('kept')]).toEqual([0, all, all]);
  const families = await scrape();
  const delivered = (subscription: string) =>
    sampleOf(families, 'offhook_delivery_attempts_total', { subscription, outcome: 'delivered' });
  expect([delivered('kept'), delivered('new'), delivered('other')]).toEqual([2, 0, 1]);
  expect(sampleOf(families, 'offhook_queue_pending', { subscription: 'other' })).toBe(3);

  book.replace([named('old'), ...book.all()]);
  metrics.onAttempt(report({ subscription: 'old' }));
  await clock.advance(1_000);
  const again = await scrape();
  expect(sampleOf(again, 'offhook_queue_pending', { subscription: 'old' })).toBe(3);
  expect(sampleOf(again, 'offhook_queue_pending', { subscription: 'other' })).toBe(0);
  expect(sampleOf(again, 'offhook_delivery_lag_seconds_count', { subscription: 'old' })).toBe(1);
});

test('who has series of its own keeps them, whoever comes; places that become free are given away', async () => {
  const name = (index: number) => `sub-${String(index).padStart(3, '0')}`;
  const many = Array.from({ length: 101 }, (_, index) => named(name(index)));
  const { clock, book, metrics, scrape } = start({ subscriptions: many.map((each) => each.name) });
  const shown = async () => {
    await clock.advance(1_000);
    const { samples = [] } = (await scrape()).get('offhook_queue_pending') ?? {};
    return new Set(samples.map(({ labels }) => labels.subscription));
  };
  expect(await shown()).not.toContain(name(100));
  const [first, ...others] = book.all();
  book.replace([named('a-new-one'), ...others]);
  expect(first?.name).toBe(name(0));
  const now = await shown();
  expect(now.size).toBe(101);
  expect(now).toContain(name(99));
  expect(now).toContain('a-new-one');
  expect(now).not.toContain(name(0));
  metrics.onAttempt(report({ subscription: name(100) }));
  const other = { subscription: 'other', outcome: 'delivered' };
  await clock.advance(1_000);
  expect(sampleOf(await scrape(), 'offhook_delivery_attempts_total', other)).toBe(1);
});

test('a subscription called like the rest counts with the rest', async () => {
  const queues = ['other', 'gone'].map((subscription, index) => ({
    ...{ subscription, pending: 1, dead: 0 },
    oldestPendingMs: 9_000 - index * 1_000,
  }));
  const { clock, book, metrics, scrape } = start({
    subscriptions: ['other'],
    read: () => ({ ...QUIET, queues }),
  });
  metrics.onAttempt(report({ subscription: 'other' }));
  const other = { subscription: 'other' };
  const first = await scrape();
  expect(sampleOf(first, 'offhook_queue_pending', other)).toBe(2);
  expect(sampleOf(first, 'offhook_queue_oldest_pending_seconds', other)).toBe(9);
  book.replace([]);
  await clock.advance(1_000);
  expect(
    sampleOf(await scrape(), 'offhook_delivery_attempts_total', { ...other, outcome: 'delivered' }),
  ).toBe(1);
});
