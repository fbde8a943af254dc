import { expect, test } from 'vitest';
import { createVerifier } from '../../../../protocol/signature/verify.ts';
import { JournalWriteError } from '../../../../watcher/journal/database/journal-error.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { temporaryDirectory } from '../../../support/journal-directory.ts';
import { type Answer, hang, neverEnding, reset, respond, startReceiver } from '../../../support/receiver.ts';
import { until } from '../../../support/until.ts';
import { enableBeside } from '../../journal/enable-beside.ts';
import { newEvent, openTestJournal } from '../../journal/journal-events.ts';
import { SECRET, startDelivery, webhookTarget } from '../delivery-setup.ts';

const ids = (requests: readonly { readonly headers: Record<string, unknown> }[]) =>
  requests.map(({ headers }) => headers['webhook-id']);

test('an event is on its way as soon as it is committed, and is sent once', async () => {
  const receiver = await startReceiver();
  const delivery = startDelivery({ targets: [webhookTarget(receiver.url)] });
  delivery.publish(newEvent('evt_1'));
  const [report] = await delivery.attempts(1);
  expect(report).toMatchObject({
    ...{ subscription: 'bridge', sequence: 1, eventId: 'evt_1', type: 'dev.offhook.container.postStart' },
    ...{ attempt: 1, outcome: 'delivered', reason: null, status: 202, retryInMs: null },
  });
  await delivery.clock.advance(48 * 3600 * 1000);
  expect(receiver.requests).toHaveLength(1);
  expect(delivery.journal.queues()).toEqual([]);
});

test('failures follow the schedule to the dead letters, each attempt signed anew over the same bytes', async () => {
  const receiver = await startReceiver();
  receiver.answer(500, reset, 404, 301);
  const schedule = [1000, 5000, 15_000];
  const delivery = startDelivery({ targets: [webhookTarget(receiver.url, { schedule })] });
  delivery.publish(newEvent('evt_1'));
  const sentAtMs: number[] = [];
  for (const [index, waitMs] of [...schedule, 0].entries()) {
    await delivery.attempts(index + 1);
    sentAtMs.push(Number(receiver.requests[index]?.headers['webhook-timestamp']) * 1000);
    // Nothing is sent before its time.
    await delivery.clock.advance(Math.max(0, waitMs - 20));
    expect(receiver.requests).toHaveLength(index + 1);
    await delivery.clock.advance(20);
  }
  expect(sentAtMs.map((at) => Math.round((at - (sentAtMs[0] ?? 0)) / 1000))).toEqual([0, 1, 6, 21]);

  const verifier = await createVerifier({ keys: [SECRET] });
  for (const request of receiver.requests) {
    expect(request.body.equals(receiver.requests[0]?.body ?? Buffer.alloc(0))).toBe(true);
    const nowMs = Number(request.headers['webhook-timestamp']) * 1000;
    const headers = { get: (name: string) => String(request.headers[name] ?? '') || null };
    expect(await verifier.verify(headers, request.body, nowMs)).toMatchObject({
      kind: 'verified',
      id: 'evt_1',
    });
  }
  expect(delivery.reports.map(({ reason }) => reason)).toEqual([
    ...['http 500', expect.stringMatching(/^reset /), 'http 404', 'http 301, given up after 4 attempts'],
  ]);
  expect(delivery.journal.deadLetters('bridge', { after: 0, limit: 9 })).toMatchObject([
    { eventId: 'evt_1', attempts: 4, why: 'http 301, given up after 4 attempts' },
  ]);
});

test.each<[string, Answer]>([
  ['is silent', hang],
  ['trickles', neverEnding],
])('a receiver that %s loses its slot after 15 s, and the event is tried again', async (_, answer) => {
  const receiver = await startReceiver();
  receiver.answer(answer, 202);
  const delivery = startDelivery({ targets: [webhookTarget(receiver.url, { concurrency: 1 })] });
  delivery.publish(newEvent('evt_1'), newEvent('evt_2'));
  await receiver.received(1);
  await delivery.clock.advance(14_999);
  expect(receiver.requests).toHaveLength(1);
  await delivery.clock.advance(1);
  await delivery.attempts(2);
  expect(delivery.reports[0]).toMatchObject({ reason: 'timeout 15000 ms', durationMs: 15_000 });
  await delivery.clock.advance(1000);
  await delivery.attempts(3);
  expect(ids(receiver.requests)).toEqual(['evt_1', 'evt_2', 'evt_1']);
});

test('a dead or slow subscription delays no other one', async () => {
  const slow = await startReceiver();
  slow.answer(hang);
  const fast = await startReceiver();
  const targets = [
    webhookTarget(slow.url, { name: 'slow', concurrency: 2 }),
    webhookTarget('http://127.0.0.1:1/', { name: 'dead' }),
    webhookTarget(fast.url, { name: 'fast' }),
  ];
  const delivery = startDelivery({ targets });
  const events = Array.from({ length: 50 }, (_, index) =>
    newEvent(`evt_${index}`, { subscriptions: ['slow', 'dead', 'fast'] }),
  );
  delivery.publish(...events);
  await fast.received(50);
  expect(slow.requests.length).toBeLessThanOrEqual(2);
  expect(new Set(ids(fast.requests)).size).toBe(50);
});

test('no more deliveries run at the same time than the subscription allows', async () => {
  const receiver = await startReceiver();
  let open = 0;
  let most = 0;
  receiver.answer((response) => {
    most = Math.max(most, ++open);
    setTimeout(() => {
      open--;
      response.writeHead(202).end();
    }, 5);
  });
  const delivery = startDelivery({ targets: [webhookTarget(receiver.url, { concurrency: 3 })] });
  delivery.publish(...Array.from({ length: 20 }, (_, index) => newEvent(`evt_${index}`)));
  await delivery.attempts(20);
  expect(most).toBe(3);
});

test('Retry-After silences the subscription for that long, also across a restart', async () => {
  const receiver = await startReceiver();
  receiver.answer(respond(503, { 'retry-after': '120' }), 202);
  const clock = createFakeClock();
  const directory = temporaryDirectory();
  const journal = openTestJournal({ directory, clock });
  const targets = [webhookTarget(receiver.url)];
  const first = startDelivery({ targets, journal, clock });
  first.publish(newEvent('evt_1'));
  await first.attempts(1);
  first.publish(newEvent('evt_2'));
  await clock.advance(60_000);
  expect(receiver.requests).toHaveLength(1);
  await first.dispatcher.stop({ drainMs: 0 });
  journal.close();

  const second = startDelivery({ targets, journal: openTestJournal({ directory, clock }), clock });
  second.publish(newEvent('evt_3'));
  await clock.advance(59_000);
  expect(receiver.requests).toHaveLength(1);
  await clock.advance(2000);
  await second.attempts(3);
  expect(new Set(ids(receiver.requests))).toEqual(new Set(['evt_1', 'evt_2', 'evt_3']));
});

test('an overloaded receiver gets half as much at a time', async () => {
  const receiver = await startReceiver();
  receiver.answer(429, hang);
  const delivery = startDelivery({ targets: [webhookTarget(receiver.url, { concurrency: 4 })] });
  delivery.publish(newEvent('evt_1'));
  await delivery.attempts(1);
  delivery.publish(...Array.from({ length: 9 }, (_, index) => newEvent(`evt_more_${index}`)));
  await receiver.received(3);
  await delivery.clock.advance(10);
  expect(receiver.requests).toHaveLength(3);
  expect(delivery.reports[0]).toMatchObject({ retryInMs: 60_000 });
});

test('410 ends the subscription for good: dead letters, one notice, nothing more sent, until it is enabled', async () => {
  const receiver = await startReceiver();
  receiver.answer(410, 202);
  const directory = temporaryDirectory();
  const clock = createFakeClock();
  const journal = openTestJournal({ directory, clock });
  const targets = [webhookTarget(receiver.url, { concurrency: 1 })];
  const first = startDelivery({ targets, journal, clock });
  first.publish(newEvent('evt_1'), newEvent('evt_2'), newEvent('evt_3'));
  await first.attempts(1);
  expect(first.disabled).toEqual([['bridge', 'http 410', 3]]);
  first.publish(newEvent('evt_4'));
  await first.dispatcher.stop({ drainMs: 0 });
  journal.close();

  const second = startDelivery({ targets, journal: openTestJournal({ directory, clock }), clock });
  second.publish(newEvent('evt_5'));
  await clock.advance(3600_000);
  expect(receiver.requests).toHaveLength(1);
  expect(second.journal.deadLetters('bridge', { after: 0, limit: 9 }).map(({ why }) => why)).toEqual([
    ...['http 410', 'subscription disabled: http 410', 'subscription disabled: http 410'],
  ]);
  enableBeside(directory, 'bridge');
  second.dispatcher.refresh(second.journal.takeForeignChanges() ?? { enabled: [], hurried: [] });
  second.publish(newEvent('evt_6'));
  await second.attempts(1);
  expect(ids(receiver.requests)).toEqual(['evt_1', 'evt_6']);
});

test('a notice that could not be stored is given again, with the same count', async () => {
  const receiver = await startReceiver();
  receiver.answer(410);
  const notices: unknown[] = [];
  const delivery = startDelivery({
    targets: [webhookTarget(receiver.url, { concurrency: 1 })],
    onDisabled: (...told) => {
      notices.push(told);
      if (notices.length === 1) throw new JournalWriteError('full', 'no space');
    },
  });
  delivery.publish(newEvent('evt_1'), newEvent('evt_2'));
  await delivery.attempts(1);
  await delivery.clock.advance(5000);
  expect(notices).toEqual([
    ['bridge', 'http 410', 2],
    ['bridge', 'http 410', 2],
  ]);
});

test('a 2xx that asks to disable has taken its own event', async () => {
  const receiver = await startReceiver();
  receiver.answer(respond(200, { 'webhook-delivery': 'disable' }));
  const delivery = startDelivery({ targets: [webhookTarget(receiver.url, { concurrency: 1 })] });
  delivery.publish(newEvent('evt_1'), newEvent('evt_2'));
  await delivery.attempts(1);
  expect(delivery.disabled).toEqual([['bridge', 'http 200 disable', 1]]);
  expect(delivery.journal.deadLetters('bridge', { after: 0, limit: 9 })).toMatchObject([
    { eventId: 'evt_2' },
  ]);
});

test('a message the receiver will never take is a dead letter at once; the next one goes on', async () => {
  const receiver = await startReceiver();
  receiver.answer(415, respond(400, { 'webhook-delivery': 'abort-message' }), 202);
  const delivery = startDelivery({ targets: [webhookTarget(receiver.url, { concurrency: 1 })] });
  delivery.publish(newEvent('evt_1'), newEvent('evt_2'), newEvent('evt_3'));
  await delivery.attempts(3);
  expect(delivery.journal.deadLetters('bridge', { after: 0, limit: 9 }).map(({ why }) => why)).toEqual([
    ...['http 415', 'http 400 abort-message'],
  ]);
  expect(delivery.reports[2]).toMatchObject({ eventId: 'evt_3', outcome: 'delivered' });
});

test('ordered by container, a later event waits for the earlier one; other containers do not', async () => {
  const receiver = await startReceiver();
  receiver.answer(500, 202);
  const delivery = startDelivery({ targets: [webhookTarget(receiver.url, { ordering: 'container' })] });
  const of = (id: string, partitionKey: string) => newEvent(id, { partitionKey });
  delivery.publish(of('evt_a1', 'a'));
  await delivery.attempts(1);
  delivery.publish(of('evt_a2', 'a'), of('evt_a3', 'a'), of('evt_b1', 'b'));
  await delivery.attempts(2);
  await delivery.clock.advance(1000);
  for (const count of [3, 4, 5]) await delivery.attempts(count);
  expect(ids(receiver.requests)).toEqual(['evt_a1', 'evt_b1', 'evt_a1', 'evt_a2', 'evt_a3']);
});

test('an expired event is sent all the same, unless the subscription drops expired ones', async () => {
  const receiver = await startReceiver();
  const clock = createFakeClock();
  const targets = [
    webhookTarget(receiver.url, { name: 'keeps' }),
    webhookTarget(receiver.url, { name: 'drops', dropExpired: true }),
  ];
  const delivery = startDelivery({ targets, clock });
  const subscriptions = ['keeps', 'drops'];
  delivery.publish(
    newEvent('evt_late', { subscriptions, expiresAtMs: clock.nowMs() - 1 }),
    newEvent('evt_timely', { subscriptions, expiresAtMs: clock.nowMs() + 1 }),
  );
  await delivery.attempts(4);
  const sent = ids(receiver.requests).toSorted();
  expect(sent).toEqual(['evt_late', 'evt_timely', 'evt_timely']);
  expect(delivery.journal.deadLetters('drops', { after: 0, limit: 9 })).toMatchObject([
    { eventId: 'evt_late', why: 'expired', attempts: 0 },
  ]);
});

test('a crash between the answer 2xx and its record sends the event again, with the same id and bytes', async () => {
  const receiver = await startReceiver();
  const directory = temporaryDirectory();
  const clock = createFakeClock();
  const journal = openTestJournal({ directory, clock });
  const targets = [webhookTarget(receiver.url)];
  const first = startDelivery({ targets, journal, clock });
  first.publish(newEvent('evt_1'));
  await until('the answer', () => first.reports.length === 1);
  // The clock stands still, so the group commit has not happened; what a dying process knew is gone.
  journal.close();

  const second = startDelivery({
    targets,
    journal: openTestJournal({ directory, clock: createFakeClock() }),
  });
  await second.attempts(1);
  expect(ids(receiver.requests)).toEqual(['evt_1', 'evt_1']);
  expect(receiver.requests[1]?.body).toEqual(receiver.requests[0]?.body);
  expect(second.journal.queues()).toEqual([]);
});

test('stopping waits for what is in flight and leaves the rest pending', async () => {
  const receiver = await startReceiver();
  let finish = () => {};
  receiver.answer((response) => {
    finish = () => response.writeHead(202).end();
  }, hang);
  const delivery = startDelivery({ targets: [webhookTarget(receiver.url, { concurrency: 1 })] });
  delivery.publish(newEvent('evt_1'), newEvent('evt_2'));
  await receiver.received(1);
  const stopped = delivery.dispatcher.stop({ drainMs: 10_000 });
  finish();
  await stopped;
  expect(delivery.reports).toMatchObject([{ eventId: 'evt_1', outcome: 'delivered' }]);
  expect(delivery.journal.queues()).toMatchObject([{ pending: 1, dead: 0 }]);
  expect(receiver.requests).toHaveLength(1);
});

test('stopping gives up on what does not end in time, without counting it as an attempt', async () => {
  const receiver = await startReceiver();
  receiver.answer(hang);
  const delivery = startDelivery({ targets: [webhookTarget(receiver.url)] });
  delivery.publish(newEvent('evt_1'));
  await receiver.received(1);
  const stopped = delivery.dispatcher.stop({ drainMs: 10_000 });
  await delivery.clock.advance(10_000);
  await stopped;
  expect(delivery.reports).toEqual([]);
  expect(delivery.journal.due('bridge', { limit: 9, ordering: 'none' })).toMatchObject([
    { sequence: 1, attempts: 0 },
  ]);
});

test('when outcomes cannot be stored, deliveries go on for a while, then wait, and nothing is sent twice', async () => {
  const receiver = await startReceiver();
  const journal = openTestJournal();
  let full = true;
  const recordOutcomes: typeof journal.recordOutcomes = (records) => {
    if (full) throw new JournalWriteError('full', 'no space');
    journal.recordOutcomes(records);
  };
  const targets = [webhookTarget(receiver.url, { concurrency: 4 })];
  const delivery = startDelivery({ targets, journal: { ...journal, recordOutcomes } });
  delivery.publish(...Array.from({ length: 300 }, (_, index) => newEvent(`evt_${index}`)));
  await delivery.attempts(260);
  await delivery.clock.advance(5000);
  expect(receiver.requests).toHaveLength(260);
  expect(delivery.storeErrors.length).toBeGreaterThan(0);

  full = false;
  await delivery.clock.advance(1000);
  await delivery.attempts(300);
  expect(new Set(ids(receiver.requests)).size).toBe(300);
  expect(receiver.requests).toHaveLength(300);
});

test('a long backlog is worked off by a new process', async () => {
  const receiver = await startReceiver();
  const directory = temporaryDirectory();
  const before = openTestJournal({ directory });
  const events = Array.from({ length: 500 }, (_, index) => newEvent(`evt_${index}`));
  before.commit({ pods: [], events, resumePoints: [] });
  before.close();
  const delivery = startDelivery({
    targets: [webhookTarget(receiver.url)],
    journal: openTestJournal({ directory }),
  });
  await receiver.received(200);
  await until('the backlog', () => {
    void delivery.clock.advance(5);
    return delivery.reports.length === 500;
  });
  expect(new Set(ids(receiver.requests)).size).toBe(500);
});
