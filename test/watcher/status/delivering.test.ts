import { describe, expect, test } from 'vitest';
import { deliveringVerdict } from '../../../watcher/status/delivering-verdict.ts';
import { createDeliveryStandings } from '../../../watcher/status/delivery-standing.ts';
import { describeKind, failureKind } from '../../../watcher/status/failure-kind.ts';
import { FAILURE_CLASSES } from '../../../watcher/subscriptions/spec/status-schema.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { standingOf } from './object-standings.ts';

const NOW_MS = Date.UTC(2026, 0, 2);
type Circumstances = Parameters<typeof deliveringVerdict>[0];

const WELL: Circumstances = {
  ready: standingOf().ready,
  suspended: false,
  failing: null,
  judged: true,
  gone: false,
  throttled: false,
  waiting: { pending: 0, dead: 0, oldestMs: null },
  lastClass: null,
  beforeReason: null,
  everDelivered: true,
  nowMs: NOW_MS,
};

/** From the most to the least telling: each holds together with all that stand below it. */
const PRECEDENCE: readonly (readonly [reason: string, status: string, because: Partial<Circumstances>])[] = [
  ['ReceiverGone', 'False', { gone: true }],
  ['SecretNotFound', 'False', { ready: { reason: 'SecretNotFound', message: 'x' } }],
  ['Suspended', 'False', { suspended: true }],
  ['ReceiverFailing', 'False', { failing: 'ServerError' }],
  ['Throttled', 'True', { throttled: true }],
  ['Backlogged', 'True', { waiting: { pending: 1, dead: 0, oldestMs: NOW_MS - 301_000 } }],
  ['NoEventYet', 'Unknown', { everDelivered: false }],
  ['Delivering', 'True', {}],
];

describe('the condition Delivering', () => {
  test.each(PRECEDENCE)('is %s (%s) before all that comes after it', (reason, status) => {
    const from = PRECEDENCE.findIndex(([each]) => each === reason);
    const because = PRECEDENCE.slice(from).map(([, , each]) => each);
    expect(deliveringVerdict(Object.assign({}, WELL, ...because))).toMatchObject({ reason, status });
  });

  test('is Unknown for what was not looked at yet', () => {
    const ready = { reason: 'Pending', message: 'x' } as const;
    expect(deliveringVerdict({ ...WELL, ready })).toMatchObject({ status: 'Unknown', reason: 'Pending' });
  });

  test('stays Backlogged until nothing has waited for more than a minute', () => {
    const waitedFor = (seconds: number, beforeReason: string | null) =>
      deliveringVerdict({
        ...WELL,
        beforeReason,
        waiting: { pending: 1, dead: 0, oldestMs: NOW_MS - seconds * 1_000 },
      }).reason;
    expect(waitedFor(200, null)).toBe('Delivering');
    expect(waitedFor(200, 'Backlogged')).toBe('Backlogged');
    expect(waitedFor(59, 'Backlogged')).toBe('Delivering');
  });

  test('of an earlier run goes on while something waits and nothing was found out', () => {
    const before = { ...WELL, beforeReason: 'ReceiverFailing', lastClass: 'TLS', judged: false } as const;
    const waiting = { pending: 1, dead: 0, oldestMs: NOW_MS };
    expect(deliveringVerdict({ ...before, waiting })).toMatchObject({
      reason: 'ReceiverFailing',
      message: expect.stringContaining('the TLS connection cannot be made'),
    });
    expect(deliveringVerdict(before).reason).toBe('Delivering');
    expect(deliveringVerdict({ ...before, waiting, judged: true }).reason).toBe('Delivering');
  });
});

test.each([
  ['retry', 'dns ENOTFOUND', 'DNS'],
  ['retry', 'connect ECONNREFUSED', 'Connect'],
  ['retry', 'reset ECONNRESET', 'Connect'],
  ['retry', 'proxy 407', 'Connect'],
  ['retry', 'tls CERT_HAS_EXPIRED', 'TLS'],
  ['retry', 'timeout 15000 ms', 'Timeout'],
  ['retry', 'http 401 bad_signature', 'ClientError'],
  ['retry', 'http 500, given up after 9 attempts', 'ServerError'],
  ['retry', 'http 302', 'BadResponse'],
  ['retry', 'protocol HPE_INVALID_CONSTANT', 'BadResponse'],
  ['retry', 'denied PrivateAddress', 'Denied'],
  ['retry', 'eventbridge ThrottlingException', 'ServerError'],
  ['rejected', 'http 415', 'Refused'],
  ['gone', 'http 200 disable', 'Gone'],
] as const)('an attempt that ended with %s, %s, is of the class %s', (outcome, reason, kind) => {
  expect(failureKind(outcome, reason)).toBe(kind);
});

test('every class has words of its own', () => {
  expect(new Set(FAILURE_CLASSES.map(describeKind)).size).toBe(FAILURE_CLASSES.length);
});

describe('what is remembered of deliveries', () => {
  const NOTHING_READ = () => ({ disabled: null, pausedForMs: 0, outage: null });
  const outage = { forMs: 1, rounds: 3, failures: 3, nextInMs: 1, reason: 'http 503' };

  test('begins with what the journal says, asked once', () => {
    const clock = createFakeClock();
    const standings = createDeliveryStandings(clock);
    let asked = 0;
    const read = () => {
      asked += 1;
      return { disabled: null, pausedForMs: 30_000, outage };
    };
    expect(standings.of('a/b@1', read)).toMatchObject({ failing: 'ServerError', pausedUntilMs: 30_000 });
    expect(standings.of('a/b@1', read)).toBe(standings.of('a/b@1', read));
    expect(asked).toBe(1);
  });

  test('is gone with the subscription, and is of objects only', () => {
    const standings = createDeliveryStandings(createFakeClock());
    for (const subscription of ['a/b@1', 'bridge'])
      standings.observer.onTurn({ kind: 'failing', subscription, outage });
    expect(standings.of('bridge', NOTHING_READ).failing).toBeNull();
    expect(standings.of('a/b@1', NOTHING_READ).failing).toBe('ServerError');
    standings.retain(new Set());
    expect(standings.of('a/b@1', NOTHING_READ).failing).toBeNull();
    expect(standings.takeTurns().size).toBe(0);
  });

  test('has a bound', () => {
    const standings = createDeliveryStandings(createFakeClock());
    for (let n = 0; n < 6_000; n += 1)
      standings.observer.onTurn({ kind: 'failing', subscription: `a/b@${n}`, outage });
    expect(standings.takeTurns().size).toBe(5_000);
    expect(standings.of('a/b@5999', NOTHING_READ).failing).toBeNull();
  });

  test('a failure that ended before anybody was told is no turn', () => {
    const standings = createDeliveryStandings(createFakeClock());
    standings.observer.onTurn({ kind: 'failing', subscription: 'a/b@1', outage });
    standings.observer.onTurn({ kind: 'recovered', subscription: 'a/b@1', outage });
    expect(standings.takeTurns().size).toBe(0);
  });
});
