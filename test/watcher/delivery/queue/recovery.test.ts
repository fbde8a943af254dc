import { expect, test } from 'vitest';
import { type Outcome, retry } from '../../../../watcher/delivery/outcome.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { temporaryDirectory } from '../../../support/journal-directory.ts';
import { hurryBeside } from '../../journal/hurry-beside.ts';
import { newEvent, openTestJournal } from '../../journal/journal-events.ts';
import { startDelivery, webhookTarget } from '../delivery-setup.ts';
import { createScripted, type Sent } from './scripted-sender.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const DOWN = () => retry('connect ECONNREFUSED');
const REFUSED: Outcome = { ...retry('http 422', 422), scope: 'event' };

function setUp(fields: Parameters<typeof webhookTarget>[1] = {}, directory = temporaryDirectory()) {
  const clock = createFakeClock();
  const scripted = createScripted(clock);
  const open = () =>
    startDelivery({
      targets: [webhookTarget('http://receiver.test/', fields)],
      journal: openTestJournal({ clock, directory }),
      clock,
      senderOf: () => scripted.sender,
    });
  const { sender: _, ...seen } = scripted;
  return { clock, directory, ...seen, open };
}

const events = (count: number, prefix = 'evt') =>
  Array.from({ length: count }, (_, index) => newEvent(`${prefix}_${index}`));

/** The times of requests after `fromMs`, in whole seconds from there. */
const since = (sent: readonly Sent[], fromMs: number) =>
  sent.filter(({ atMs }) => atMs >= fromMs).map(({ atMs }) => Math.round((atMs - fromMs) / SECOND));

test('a receiver that is down is asked with one delivery at a time, each time another one, on the schedule', async () => {
  const { clock, sent, state, open } = setUp();
  state.answer = DOWN;
  const delivery = open();
  delivery.publish(...events(40));
  await clock.advance(900);
  // As many as were let out at once, and in place of the first four that failed; the others were not tried yet.
  expect(sent).toHaveLength(20);
  await clock.advance(20 * MINUTE);
  expect(since(sent, 900)).toEqual([0, 5, 20, 50, 110, 230, 530, 830, 1130]);
  const probed = sent.slice(20).map(({ id }) => id);
  expect(new Set(probed).size).toBe(probed.length);
  // New ones wait with the others.
  delivery.publish(newEvent('evt_new'));
  await clock.advance(SECOND);
  expect(sent.map(({ id }) => id)).not.toContain('evt_new');
});

test('the first success makes everything due that waits, after a night, too: two at a time, four, eight, sixteen', async () => {
  const { clock, sent, state, open } = setUp();
  state.answer = DOWN;
  const delivery = open();
  delivery.publish(...events(200));
  await clock.advance(10 * HOUR);
  expect(delivery.journal.waiting('bridge')).toBe(200);
  const backAtMs = clock.monotonicMs();
  state.answer = () => ({ kind: 'delivered', status: 202 });
  state.most = 0;
  await clock.advance(5 * MINUTE + 2 * SECOND);
  expect(delivery.journal.waiting('bridge')).toBe(0);
  const [first = 0, ...later] = sent.filter(({ atMs }) => atMs >= backAtMs).map(({ atMs }) => atMs);
  const perRound = [...Map.groupBy(later, (atMs) => atMs - first).values()].map((round) => round.length);
  expect(perRound.slice(0, 4)).toEqual([2, 4, 8, 16]);
  expect(state.most).toBe(16);
  expect(delivery.turns.map(({ kind }) => kind)).toEqual(['failing', 'recovered']);
  expect(delivery.turns[1]?.outage.forMs).toBeGreaterThan(10 * HOUR);
});

test('a receiver that is down again while it recovers gets a probe again, and little more', async () => {
  const { clock, sent, state, open } = setUp();
  state.answer = DOWN;
  const delivery = open();
  delivery.publish(...events(100));
  await clock.advance(3 * SECOND);
  let taken = 0;
  state.answer = () => (++taken <= 7 ? { kind: 'delivered', status: 202 } : DOWN());
  const backAtMs = clock.monotonicMs();
  await clock.advance(5 * SECOND);
  // One, two, four; then eight are under way when the first of them fails.
  expect(sent.filter(({ atMs }) => atMs >= backAtMs)).toHaveLength(1 + 2 + 4 + 8 + 1);
  expect(delivery.turns.map(({ kind }) => kind)).toEqual(['failing', 'recovered', 'failing']);
});

test('an event that fails by itself keeps its own timer and holds up nobody', async () => {
  const { clock, sent, state, open } = setUp({ concurrency: 1 });
  state.answer = (id) => (id === 'evt_bad' ? REFUSED : { kind: 'delivered', status: 202 });
  const delivery = open();
  delivery.publish(newEvent('evt_bad'), ...events(20));
  await clock.advance(900);
  expect(new Set(sent.map(({ id }) => id)).size).toBe(21);
  await clock.advance(2 * HOUR);
  const bad = sent.filter(({ id }) => id === 'evt_bad').map(({ atMs }) => atMs);
  const waits = bad.slice(1).map((atMs, index) => Math.round((atMs - (bad[index] ?? 0)) / SECOND));
  expect(waits).toEqual([1, 5, 15, 30, 60, 120, 300, 1800]);
  expect(delivery.journal.waiting('bridge')).toBe(1);
});

test('one in fifty that gets a 500 slows nobody down, and is tried again by its own timer', async () => {
  const { clock, sent, state, open } = setUp({ concurrency: 4 });
  const poison = (id: string) => id.endsWith('7') && id.length === 7;
  state.answer = (id) => (poison(id) ? retry('http 500', 500) : { kind: 'delivered', status: 202 });
  const delivery = open();
  delivery.publish(...events(500));
  // 500 deliveries, four at a time, 10 ms each, and some for storing.
  await clock.advance(1_500);
  expect(new Set(sent.map(({ id }) => id)).size).toBe(500);
  expect(delivery.turns).toEqual([]);
});

test('many that fail by themselves end as dead letters after the whole schedule, while others go on', async () => {
  const { clock, state, open } = setUp({ schedule: [SECOND, 5 * SECOND, MINUTE, 5 * MINUTE] });
  state.answer = (id) =>
    id.startsWith('evt_bad') ? retry('http 500', 500) : { kind: 'delivered', status: 202 };
  const delivery = open();
  delivery.publish(...events(30, 'evt_bad'));
  for (let minute = 0; minute < 60; minute += 1) {
    delivery.publish(...events(5, `evt_${minute}`));
    await clock.advance(MINUTE);
  }
  const late = delivery.reports.filter(
    ({ outcome, observedToSentMs }) => outcome === 'delivered' && observedToSentMs > 6 * MINUTE,
  );
  expect(late).toEqual([]);
  expect(delivery.journal.queues()).toMatchObject([{ pending: 0, dead: 30 }]);
});

test('a restart asks at once, with one delivery, and a receiver that is up then gets everything', async () => {
  const { clock, sent, state, open } = setUp();
  state.answer = DOWN;
  const first = open();
  first.publish(...events(50));
  await clock.advance(8 * HOUR);
  await first.dispatcher.stop({ drainMs: 0 });
  first.journal.close();

  let atMs = clock.monotonicMs();
  const second = open();
  await clock.advance(2 * MINUTE);
  expect(since(sent, atMs)).toEqual([0]);
  await second.dispatcher.stop({ drainMs: 0 });
  second.journal.close();

  state.answer = () => ({ kind: 'delivered', status: 202 });
  atMs = clock.monotonicMs();
  const third = open();
  await clock.advance(SECOND);
  expect(third.journal.waiting('bridge')).toBe(0);
  expect(third.turns).toMatchObject([{ kind: 'recovered' }]);
});

test('what waits when a receiver fails for the whole schedule is given up with it, also what was never tried', async () => {
  const { clock, state, open } = setUp();
  state.answer = DOWN;
  const delivery = open();
  delivery.publish(...events(40));
  await clock.advance(70 * HOUR);
  expect(delivery.journal.queues()).toMatchObject([{ pending: 40, dead: 0 }]);
  delivery.publish(newEvent('evt_late'));
  await clock.advance(6 * HOUR);
  expect(delivery.journal.queues()).toMatchObject([{ pending: 1, dead: 40 }]);
  const [letter] = delivery.journal.deadLetters('bridge', { after: 0, limit: 1 });
  expect(letter?.why).toMatch(/^(connect ECONNREFUSED, given up after|the receiver failed throughout)/);
  state.answer = () => ({ kind: 'delivered', status: 202 });
  await clock.advance(6 * MINUTE);
  expect(delivery.journal.waiting('bridge')).toBe(0);
});

test('who asks for it has everything tried now, also events with timers of their own and a receiver that wants silence', async () => {
  const { clock, sent, state, directory, open } = setUp();
  state.answer = (id) =>
    id === 'evt_0' ? REFUSED : { ...retry('http 503', 503), afterMs: HOUR, pauseMs: HOUR };
  const delivery = open();
  delivery.publish(...events(3));
  await clock.advance(10 * SECOND);
  expect(sent).toHaveLength(3);
  state.answer = () => ({ kind: 'delivered', status: 202 });
  hurryBeside(directory, clock, (hurry) => hurry.all('bridge'));
  const changes = delivery.journal.takeForeignChanges();
  expect(changes).toEqual({ enabled: [], hurried: ['bridge'] });
  delivery.dispatcher.refresh(changes ?? { enabled: [], hurried: [] });
  await clock.advance(SECOND);
  expect(delivery.journal.waiting('bridge')).toBe(0);
});

test('one event that is asked for comes before all others that wait for its receiver', async () => {
  const { clock, sent, state, directory, open } = setUp();
  state.answer = DOWN;
  const delivery = open();
  delivery.publish(...events(30));
  await clock.advance(HOUR);
  const before = sent.length;
  hurryBeside(directory, clock, (hurry) => hurry.one({ sequence: 30, subscription: 'bridge' }));
  delivery.dispatcher.refresh(delivery.journal.takeForeignChanges() ?? { enabled: [], hurried: [] });
  await clock.advance(100);
  expect(sent.slice(before).map(({ id }) => id)).toEqual(['evt_29']);
});

test('a replayed event has its whole schedule before it, however old it is', async () => {
  const { clock, sent, state, directory, open } = setUp({ schedule: [MINUTE, MINUTE] });
  state.answer = DOWN;
  const delivery = open();
  delivery.publish(newEvent('evt_1'));
  await clock.advance(HOUR);
  expect(sent).toHaveLength(3);
  hurryBeside(directory, clock, (_, replay) => replay.requeue([{ sequence: 1, subscription: 'bridge' }]));
  delivery.dispatcher.refresh(delivery.journal.takeForeignChanges() ?? { enabled: [], hurried: [] });
  await clock.advance(HOUR);
  expect(sent).toHaveLength(6);
});
