import { describe, expect, test } from 'vitest';
import { AttemptDeadline } from '../../../watcher/delivery/event-sender.ts';
import { createConcurrencyLimit } from '../../../watcher/delivery/queue/concurrency-limit.ts';
import { DEFAULT_RETRY_SCHEDULE_MS, nextDelayMs } from '../../../watcher/delivery/queue/retry-schedule.ts';
import { settleAttempt } from '../../../watcher/delivery/queue/settle-attempt.ts';
import { classifyAnswer } from '../../../watcher/delivery/send/classify-answer.ts';
import { describeFailure } from '../../../watcher/delivery/send/describe-failure.ts';

const UNTRIED = { attempts: 0, ownFailures: 0 };
/** The event failed by itself. */
const OWN = { own: 'yes', outage: null } as const;
const NOW_MS = Date.UTC(2026, 0, 1, 12);

describe('the schedule', () => {
  test('is that of wire.md: an attempt at once, fourteen waits, then the end', () => {
    const waits = DEFAULT_RETRY_SCHEDULE_MS.map((_, index) =>
      Math.round((nextDelayMs(DEFAULT_RETRY_SCHEDULE_MS, index + 1, 0.5) ?? -1) / 1000),
    );
    expect(waits).toEqual([1, 5, 15, 30, 60, 120, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]);
    expect(nextDelayMs(DEFAULT_RETRY_SCHEDULE_MS, 15, 0.5)).toBeNull();
  });

  test('is spread by a fifth either way', () => {
    expect(nextDelayMs([1000], 1, 0)).toBe(800);
    expect(nextDelayMs([1000], 1, 0.999999)).toBeCloseTo(1200, 1);
  });

  test('gives way to a longer wait that the receiver asked for', () => {
    const outcome = {
      kind: 'retry',
      scope: 'receiver',
      status: 429,
      reason: 'http 429',
      afterMs: 60_000,
    } as const;
    const next = (schedule: readonly number[]) =>
      settleAttempt(outcome, UNTRIED, OWN, { schedule, waitedMs: 0, random: 0.5 }).next;
    expect(next([1000])).toEqual({ kind: 'retry', delayMs: 60_000 });
    expect(next([90_000])).toEqual({ kind: 'retry', delayMs: 90_000 });
  });

  test('ends in a dead letter that says how often it was tried', () => {
    const outcome = { kind: 'retry', scope: 'receiver', status: 500, reason: 'http 500' } as const;
    const circumstances = { schedule: [1000], waitedMs: 1000, random: 0.5 };
    expect(settleAttempt(outcome, { attempts: 1, ownFailures: 1 }, OWN, circumstances)).toEqual({
      next: { kind: 'dead' },
      outcome: 'http 500, given up after 2 attempts',
    });
  });
});

describe('an answer', () => {
  const classify = (
    status: number,
    headers: { retryAfter?: string; delivery?: string; code?: string } = {},
  ) => classifyAnswer({ status, retryAfter: null, delivery: null, code: null, ...headers }, NOW_MS);

  const scopeOf = (status: number) => ([400, 409, 413, 422].includes(status) ? 'event' : 'receiver');

  test.each([200, 201, 202, 204, 299])('%i is a delivery', (status) => {
    expect(classify(status)).toEqual({ kind: 'delivered', status });
  });

  test.each([100, 300, 301, 302, 307, 308, 400, 401, 404, 408, 409, 413, 422, 425, 500, 501, 503, 520])(
    '%i is tried again as the schedule says',
    (status) => {
      expect(classify(status)).toMatchObject({ kind: 'retry', status, reason: `http ${status}` });
    },
  );

  test.each([429, 502, 504])('%i is tried again after a minute, with less at a time', (status) => {
    const expected = {
      kind: 'retry',
      scope: scopeOf(status),
      status,
      reason: `http ${status}`,
      afterMs: 60_000,
      slowDown: true,
    };
    expect(classify(status)).toEqual(expected);
    expect(classify(status, { retryAfter: 'soon' })).toEqual(expected);
  });

  test.each([429, 502, 503, 504])('%i with Retry-After pauses the subscription', (status) => {
    const expected = {
      kind: 'retry',
      scope: scopeOf(status),
      status,
      reason: `http ${status}`,
      afterMs: 7000,
      pauseMs: 7000,
    };
    expect(classify(status, { retryAfter: '7' })).toEqual(expected);
  });

  test.each([302, 400, 403, 404, 413, 425, 500, 520])(
    '%i with Retry-After holds back this event alone',
    (status) => {
      const expected = {
        kind: 'retry',
        scope: scopeOf(status),
        status,
        reason: `http ${status}`,
        afterMs: 7000,
      };
      expect(classify(status, { retryAfter: '7' })).toEqual(expected);
      expect(classify(status, { retryAfter: 'soon' })).not.toHaveProperty('afterMs');
    },
  );

  test('410 and webhook-delivery: disable end the subscription; a 2xx took the event all the same', () => {
    expect(classify(410)).toMatchObject({ kind: 'gone', accepted: false });
    expect(classify(500, { delivery: 'disable' })).toMatchObject({ kind: 'gone', accepted: false });
    expect(classify(200, { delivery: ' Disable ' })).toMatchObject({ kind: 'gone', accepted: true });
  });

  test('415 and webhook-delivery: abort-message end the message, unless it was accepted', () => {
    expect(classify(415)).toMatchObject({ kind: 'rejected', reason: 'http 415' });
    expect(classify(500, { delivery: 'abort-message' })).toMatchObject({ kind: 'rejected' });
    expect(classify(202, { delivery: 'abort-message' })).toEqual({ kind: 'delivered', status: 202 });
    expect(classify(500, { delivery: 'something-new' })).toMatchObject({ kind: 'retry' });
  });
});

test('overload halves what runs at the same time once a burst, and success brings it back step by step', () => {
  const limit = createConcurrencyLimit(16);
  for (let answer = 0; answer < 16; answer++) limit.overloaded(100, 200);
  expect(limit.current()).toBe(8);
  limit.overloaded(201, 300);
  expect(limit.current()).toBe(4);
  for (let success = 0; success < 5; success++) limit.succeeded();
  expect(limit.current()).toBe(5);
  for (let success = 0; success < 500; success++) limit.succeeded();
  expect(limit.current()).toBe(16);
});

test('overload never stops a subscription altogether', () => {
  const limit = createConcurrencyLimit(3);
  for (let time = 0; time < 9; time++) limit.overloaded(time, time);
  expect(limit.current()).toBe(1);
});

test('a failure is told by its code, never by its message', () => {
  const coded = (code: string) => Object.assign(new Error('https://user:pass@secret.example'), { code });
  expect(describeFailure(coded('ENOTFOUND'))).toBe('dns ENOTFOUND');
  expect(describeFailure(coded('CERT_HAS_EXPIRED'))).toBe('tls CERT_HAS_EXPIRED');
  expect(describeFailure(new TypeError('x', { cause: coded('ECONNRESET') }))).toBe('reset ECONNRESET');
  expect(describeFailure(new AggregateError([coded('ECONNREFUSED')]))).toBe('connect ECONNREFUSED');
  expect(describeFailure(new AttemptDeadline(15_000))).toBe('timeout 15000 ms');
  expect(describeFailure(coded('https://secret'))).toBe('failed Error');
  expect(describeFailure('https://secret')).toBe('failed');
});
