import { describe, expect, test } from 'vitest';
import { parseEvent } from '../../../protocol/event/parse-event.ts';
import { createSampleSending } from '../../../watcher/status/send-sample.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { startReceiver } from '../../support/receiver.ts';
import { until } from '../../support/until.ts';
import { startDelivery, webhookTarget } from '../delivery/delivery-setup.ts';
import { type StandingOptions, standingOf } from './object-standings.ts';
import { BILLING, startStatusWriter } from './status-setup.ts';

const asked = (testRequest: string, options: StandingOptions = {}) =>
  standingOf({ ...options, object: { ...options.object, testRequest } });

/** A status writer with a real dispatcher and a receiver. */
async function start() {
  const clock = createFakeClock();
  const receiver = await startReceiver();
  const delivery = startDelivery({ targets: [webhookTarget(receiver.url, { name: BILLING })], clock });
  const { dispatcher } = delivery;
  const sendTest = createSampleSending({ dispatcher, clock, random: Math.random, hookOf: () => 'postStop' });
  const sent: string[] = [];
  const setup = await startStatusWriter({
    clock,
    sendTest: async (subscription) => {
      const report = await sendTest(subscription);
      sent.push(subscription);
      return report;
    },
  });
  /** Rounds go on while a sample is under way. */
  const come = async (count: number) => {
    await clock.advance(1_000);
    await until('the sample', () => sent.length >= count);
    await setup.pass(6);
  };
  return { ...setup, receiver, delivery, come, sent };
}

describe('the annotation offhook.dev/test', () => {
  test('makes the subscription send a signed sample event by its own way, and tells what came of it', async () => {
    const { standings, receiver, come, last, delivery } = await start();
    standings.tell([asked('t-1')]);
    await come(1);
    const [request] = receiver.requests;
    const parsed = parseEvent(request?.body ?? Buffer.of());
    expect(parsed).toMatchObject({
      kind: 'event',
      event: { data: { hook: 'postStop', cluster: { name: 'sample' } } },
    });
    expect(request?.headers['webhook-signature']).toMatch(/^v1,/);
    expect(last()?.lastTest).toEqual({
      id: 't-1',
      time: expect.stringMatching(/^2026-01-01T00:00:0\dZ$/),
      statusCode: 202,
      message: 'The receiver took the sample event.',
    });
    // It is no delivery.
    expect(delivery.reports).toEqual([]);
    expect(last()).not.toHaveProperty('lastDelivery');
  });

  test('tells the class of a failure, and nothing that the receiver said', async () => {
    const { standings, receiver, come, last } = await start();
    receiver.answer((response) => response.writeHead(503).end('{"error":"my_secret"}'));
    standings.tell([asked('t-1')]);
    await come(1);
    expect(last()?.lastTest).toMatchObject({ statusCode: 503, class: 'ServerError' });
    expect(JSON.stringify(last())).not.toContain('my_secret');
  });

  test('a receiver that says goodbye to a sample is not ended by it', async () => {
    const { standings, receiver, come, delivery, last } = await start();
    receiver.answer(410);
    standings.tell([asked('t-1')]);
    await come(1);
    expect(last()?.lastTest).toMatchObject({ statusCode: 410, class: 'Gone' });
    expect(delivery.disabled).toEqual([]);
  });

  test('is honoured once for each value, and once a minute', async () => {
    const { standings, receiver, come, pass, last } = await start();
    standings.tell([asked('t-1')]);
    await come(1);
    await pass(100);
    expect(receiver.requests).toHaveLength(1);
    const [standing] = standings.all();
    const again = (testRequest: string) =>
      standings.tell(standing ? [{ ...standing, object: { ...standing.object, testRequest } }] : []);
    again('t-2');
    await come(2);
    again('t-3');
    await pass(30);
    expect(receiver.requests).toHaveLength(2);
    await pass(30);
    await come(3);
    expect(receiver.requests).toHaveLength(3);
    expect(last()?.lastTest).toMatchObject({ id: 't-3' });
  });

  test('is not honoured again after a restart', async () => {
    const { standings, pass, sent } = await start();
    const lastTest = { id: 't-1', time: '2025-12-01T00:00:00Z', statusCode: 200, message: 'x' };
    standings.tell([asked('t-1', { object: { status: { lastTest } } })]);
    await pass(120);
    expect(sent).toEqual([]);
  });

  test.each([
    [
      'not accepted',
      { ready: { reason: 'SecretNotFound', message: 'x' } } as const,
      'the condition Ready is not True',
    ],
    ['suspended', { suspended: true }, 'spec.suspend is true'],
  ])('of one that is %s sends nothing, and says so', async (_, options, why) => {
    const { standings, pass, last, sent } = await start();
    standings.tell([asked('t-1', options)]);
    await pass(6);
    expect(sent).toEqual([]);
    expect(last()?.lastTest).toMatchObject({ id: 't-1', message: expect.stringContaining(why) });
  });

  test('of one that is not delivered yet says so', async () => {
    const { standings, come, last, delivery, clock } = await start();
    const removed = delivery.dispatcher.remove(BILLING, { drainMs: 0 });
    await clock.advance(0);
    await removed;
    standings.tell([asked('t-1')]);
    await come(1);
    expect(last()?.lastTest).toMatchObject({
      message: expect.stringContaining('not delivered at this moment'),
    });
  });

  test('with a value that nobody of us writes is no request', async () => {
    const { standings, pass, sent } = await start();
    standings.tell([asked('a b'), asked('x'.repeat(65), { name: 'b', object: { uid: 'b' } })]);
    await pass(5);
    expect(sent).toEqual([]);
  });

  test('on many objects sends one sample a second', async () => {
    let sent = 0;
    const { standings, pass } = await startStatusWriter({
      sendTest: async () => {
        sent += 1;
        return null;
      },
    });
    standings.tell(
      Array.from({ length: 100 }, (_, index) =>
        asked('t-1', { name: `s${index}`, object: { uid: `u${index}` } }),
      ),
    );
    await pass(20);
    expect(sent).toBeGreaterThan(15);
    expect(sent).toBeLessThanOrEqual(21);
  });
});
