import { expect, it } from 'vitest';
import { judgeAnswer } from '../../../cli/doctor/subscriptions/judge-answer.ts';

it.each([
  [401, undefined, 'ok'],
  [401, 40_000, 'warning'],
  [400, undefined, 'warning'],
  [400, -600_000, 'failed'],
  [403, undefined, 'warning'],
  [409, undefined, 'warning'],
  [429, undefined, 'warning'],
  [200, undefined, 'failed'],
  [202, undefined, 'failed'],
  [204, undefined, 'failed'],
  [301, undefined, 'failed'],
  [308, undefined, 'failed'],
  [404, undefined, 'failed'],
  [405, undefined, 'failed'],
  [410, undefined, 'failed'],
  [415, undefined, 'failed'],
  [500, undefined, 'failed'],
  [503, undefined, 'failed'],
])('%d with clocks %s ms apart is %s', (status, clockSkewMs, expected) => {
  const { status: judged, message } = judgeAnswer({ status, clockSkewMs }, false);
  expect(judged).toBe(expected);
  expect(message).toContain(String(status));
  if (clockSkewMs !== undefined) expect(message).toMatch(/this machine is (40 s ahead of|10 m behind) it/);
});

it('does not claim that a signature was refused where it can have been the bearer token', () => {
  expect(judgeAnswer({ status: 401 }, true).message).toContain('or the bearer token');
});
