import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../../../support/until.ts';
import { createWallClock } from '../../../support/wall-clock.ts';
import { eventually } from '../../support/eventually.ts';
import { type ProbeAnswer, startProbe } from '../../support/probe.ts';
import { postStart } from '../../support/sample-events.ts';
import { deliver } from '../../support/signed-post.ts';
import { registerTestHandlers } from '../../support/test-handlers.ts';
import { AwsError, type TroubleScript } from './support/aws-server.ts';
import type { BusEvent } from './support/fake-eventbridge.ts';
import { startLambdaBridge } from './support/start-on-lambda.ts';

const GET = 'DynamoDB_20120810.GetItem';
const PUT = 'DynamoDB_20120810.PutItem';
const TRANSACT = 'DynamoDB_20120810.TransactWriteItems';
const PUT_EVENTS = 'AWSEvents.PutEvents';
/** Longer than the lease of a run: 30 s and a margin of 15 s. */
const LEASE_OVER_MS = 60_000;
const down = new AwsError('InternalServerError', 'no', { status: 500 });

let bridge: Awaited<ReturnType<typeof startLambdaBridge>> | undefined;
let aheadMs = 0;
afterEach(async () => {
  await bridge?.close();
  aheadMs = 0;
});

async function start(script: Record<string, readonly ProbeAnswer[]> = {}) {
  const probe = await startProbe(script);
  const vars = { PROBE_URL: probe.url };
  const clock = createWallClock(() => Date.now() + aheadMs);
  bridge = await startLambdaBridge({ registerHandlers: registerTestHandlers, vars, clock, visibilityMs: 50 });
  const { account, auditRows, deadLetters } = bridge;
  const runs = async (eventId: string) =>
    ((await auditRows()).find((row) => row.eventId === eventId)?.runs ?? [])
      .map(({ handler, attempt, outcome }) => `${handler} ${attempt} ${outcome}`)
      .sort();
  const ended = (eventId: string, count: number) =>
    eventually(
      () => runs(eventId),
      (all) => all.length >= count,
    );
  const puts = () => account.server.calls.filter(({ target }) => target === PUT_EVENTS).length;
  return { ...bridge, probe, runs, ended, puts, deadLetters };
}

const keyOf = (request: Readonly<Record<string, unknown>>) => {
  const { Key, Item } = request as { Key?: { pk: { S: string } }; Item?: { pk: { S: string } } };
  return (Key ?? Item)?.pk.S ?? '';
};
/** Trouble with items whose key begins so. */
const troubleWith =
  (
    targets: readonly string[],
    prefix: string,
    trouble: AwsError | 'hang' | 'reset' | 'lostAnswer',
  ): TroubleScript =>
  (target, request) =>
    targets.includes(target) && keyOf(request).startsWith(prefix) ? trouble : undefined;

const ONCE = ['audit 1 completed', 'shaky 1 completed', 'steady 1 completed'];

describe('the receiver on Lambda', () => {
  it('answers 503 and when to come back, never 2xx, while its receipts are down; nothing runs twice afterwards', async () => {
    const { account, url, ended, probe, puts } = await start();
    const event = postStart({ key: 'down' });
    account.server.trouble(troubleWith([GET, PUT], 'event#', down));
    const refused = await deliver(url, event);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(puts()).toBe(0);
    account.server.trouble(() => undefined);
    expect((await deliver(url, event)).status).toBe(202);
    expect(await ended(event.id, 3)).toEqual(ONCE);
    expect(probe.attempts('/steady')).toEqual([1]);
  });

  it('hands off twice, and runs once, when it is cut off between hand-off and receipt', async () => {
    const { account, url, ended, probe, puts } = await start();
    const event = postStart({ key: 'between' });
    account.server.trouble(troubleWith([PUT], 'event#', down));
    expect((await deliver(url, event)).status).toBe(503);
    account.server.trouble(() => undefined);
    expect((await deliver(url, event)).status).toBe(202);
    expect(puts()).toBe(2);
    expect(await ended(event.id, 3)).toEqual(ONCE);
    expect((await deliver(url, event)).status).toBe(200);
    expect(probe.attempts('/steady')).toEqual([1]);
  });

  it('hands off again, and runs once, when the answer of the bus is lost', async () => {
    const { account, url, ended, probe, puts } = await start();
    const event = postStart({ key: 'lost answer' });
    let left = 1;
    account.server.trouble((target) => (target === PUT_EVENTS && left-- > 0 ? 'lostAnswer' : undefined));
    expect((await deliver(url, event)).status).toBe(202);
    expect(puts()).toBe(2);
    expect(await ended(event.id, 3)).toEqual(ONCE);
    expect(probe.attempts('/steady')).toEqual([1]);
  });

  it('repeats a call that is throttled', async () => {
    const { account, url, puts } = await start();
    let left = 2;
    account.server.trouble((target) =>
      target === PUT_EVENTS && left-- > 0 ? new AwsError('ThrottlingException', 'Rate exceeded') : undefined,
    );
    expect((await deliver(url, postStart({ key: 'throttled' }))).status).toBe(202);
    expect(puts()).toBe(3);
  });

  it('lets only the sender come back whose entry failed, though the call succeeded', async () => {
    const { account, url, ended, probe } = await start();
    const [lucky, unlucky] = [postStart({ key: 'lucky' }), postStart({ key: 'unlucky' })];
    account.bus.entries(({ Detail }) => (Detail.includes(unlucky.id) ? 'InternalFailure' : undefined));
    const answers = await Promise.all([deliver(url, lucky), deliver(url, unlucky)]);
    expect(answers.map(({ status }) => status)).toEqual([202, 503]);
    expect(await ended(lucky.id, 3)).toEqual(ONCE);
    account.bus.entries(() => undefined);
    expect((await deliver(url, lucky)).status).toBe(200);
    expect((await deliver(url, unlucky)).status).toBe(202);
    expect(await ended(unlucky.id, 3)).toEqual(ONCE);
    expect(probe.attempts('/steady')).toEqual([1, 1]);
  });
});

describe('the target on Lambda', () => {
  it('runs a handler again that was cut off after its claim, once, when its lease is over', async () => {
    const { account, url, probe, ended, restartTarget, target } = await start({ '/shaky': ['hang', 200] });
    const event = postStart({ key: 'cut off' });
    const events: BusEvent[] = [];
    account.bus.entries((entry) => {
      const { EventBusName: _, ...rest } = entry;
      events.push({ detail: JSON.parse(rest.Detail), time: event.time } as unknown as BusEvent);
      return undefined;
    });
    await deliver(url, event);
    await probe.called('/shaky', 1);
    await ended(event.id, 2);
    restartTarget();
    aheadMs = LEASE_OVER_MS;
    const [again] = events;
    if (again === undefined) throw new Error('nothing was put on the bus');
    await Promise.all([target()(again), target()(again)]);
    expect(await ended(event.id, 3)).toEqual([
      'audit 1 completed',
      'shaky 2 completed',
      'steady 1 completed',
    ]);
    expect([probe.attempts('/shaky'), probe.attempts('/steady')]).toEqual([[1, 2], [1]]);
  });

  it('records the runs of a container that was gone before it could, and runs them no more', async () => {
    const { account, url, probe, runs, restartTarget, target } = await start();
    const event = postStart({ key: 'not recorded' });
    const events: BusEvent[] = [];
    account.bus.entries((entry) => {
      const { EventBusName: _, ...rest } = entry;
      events.push({ detail: JSON.parse(rest.Detail), time: event.time } as unknown as BusEvent);
      return undefined;
    });
    let asked = 0;
    account.server.trouble((name) => {
      if (name === TRANSACT) asked += 1;
      return name === TRANSACT ? 'hang' : undefined;
    });
    await deliver(url, event);
    await until('the claims of both handlers', () => settled() === 2);
    await until('a record that is to be written', () => asked > 0);
    // It is heard of no more: what hangs is never answered.
    restartTarget();
    account.server.trouble(() => undefined);
    aheadMs = LEASE_OVER_MS;
    const [again] = events;
    if (again === undefined) throw new Error('nothing was put on the bus');
    await target()(again);
    // At once: the hanging calls of the one before would be repeated, and answered, after two seconds.
    expect(await runs(event.id)).toEqual([
      expect.stringMatching(/^audit \d completed$/),
      'shaky 1 completed',
      'steady 1 completed',
    ]);
    expect([probe.attempts('/shaky'), probe.attempts('/steady')]).toEqual([[1], [1]]);

    function settled(): number {
      const items = [...(account.dynamoDb.tables.get('claims')?.values() ?? [])];
      return items.filter(({ state }) => state?.S === 'completed').length;
    }
  });

  it('fails while the claims are down, and runs everything once when Lambda invokes it again', async () => {
    const { account, url, ended, probe, deadLetters } = await start();
    const event = postStart({ key: 'claims down' });
    let left = 9;
    account.server.trouble((target, request) =>
      target === GET && keyOf(request).startsWith('claim#') && left-- > 0 ? down : undefined,
    );
    await deliver(url, event);
    expect(await ended(event.id, 3)).toEqual(ONCE);
    expect([probe.attempts('/steady'), await deadLetters()]).toEqual([[1], []]);
  });

  it('leaves an event to the dead-letter queue of the function when the claims stay down', async () => {
    const { account, url, probe, deadLetters } = await start();
    const event = postStart({ key: 'claims gone' });
    account.server.trouble(troubleWith([GET], 'claim#', down));
    await deliver(url, event);
    const dead = await eventually(deadLetters, (letters) => letters.length > 0);
    expect(dead).toEqual([{ eventId: event.id, reason: 'retries used up' }]);
    expect(probe.attempts('/steady')).toEqual([]);
  });

  it('keeps a failed attempt in mind while the retry queue is down', async () => {
    const { account, url, ended, probe } = await start({ '/shaky': [500, 200] });
    const event = postStart({ key: 'queue down' });
    let left = 3;
    account.server.trouble((target) => (target === 'AmazonSQS.SendMessage' && left-- > 0 ? down : undefined));
    await deliver(url, event);
    expect(await ended(event.id, 4)).toEqual([
      'audit 1 completed',
      'shaky 1 failed',
      'shaky 2 completed',
      'steady 1 completed',
    ]);
    expect(probe.attempts('/steady')).toEqual([1]);
  });

  it('knows its own claim again when the answer to it is lost', async () => {
    const { account, url, ended, probe } = await start();
    const event = postStart({ key: 'claim unanswered' });
    let left = 1;
    account.server.trouble((target, request) =>
      target === PUT && keyOf(request).endsWith('#steady') && left-- > 0 ? 'lostAnswer' : undefined,
    );
    await deliver(url, event);
    expect(await ended(event.id, 3)).toEqual(ONCE);
    expect(left).toBeLessThan(1);
    expect(probe.attempts('/steady')).toEqual([1]);
  });
});
