import { describe, expect, test } from 'vitest';
import { readyStatus, readyVerdict } from '../../../watcher/status/ready-verdict.ts';
import { conditionOf, type StatusCondition, statusTime } from '../../../watcher/status/status-condition.ts';
import type { ReadyReason } from '../../../watcher/subscriptions/objects/object-standing.ts';
import { standingOf } from './object-standings.ts';

const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const READY = readyVerdict(standingOf());

function condition(before: StatusCondition | null, verdict = READY, nowMs = NOW_MS): StatusCondition {
  return conditionOf('Ready', verdict, { before, generation: 7, nowMs });
}

describe('the condition Ready', () => {
  test('has the reason and the sentence that the object part gave, its generation as an integer, and whole seconds', () => {
    expect(condition(null)).toEqual({
      type: 'Ready',
      status: 'True',
      reason: 'Accepted',
      message: 'Accepted.',
      observedGeneration: 7,
      lastTransitionTime: '2026-01-02T03:04:05Z',
    });
  });

  test.each<[ReadyReason, string]>([
    ['Pending', 'Unknown'],
    ['Accepted', 'True'],
    ['SecretNotFound', 'False'],
    ['TargetDenied', 'False'],
    ['QuotaExceeded', 'False'],
    ['Invalid', 'False'],
  ])('is for %s: %s', (reason, status) => {
    expect(readyStatus(reason)).toBe(status);
  });
});

describe('lastTransitionTime', () => {
  test('stays while the status does, whatever the reason and the sentence', () => {
    const first = condition(null, { status: 'False', reason: 'SecretNotFound', message: 'a' });
    const other = { status: 'False', reason: 'SecretKeyMissing', message: 'b' } as const;
    const second = condition(first, other, NOW_MS + 60_000);
    expect(second).toMatchObject({ ...other, lastTransitionTime: statusTime(NOW_MS) });
  });

  test('moves when the status does', () => {
    const first = condition(null, { status: 'Unknown', reason: 'Pending', message: '' });
    expect(condition(first, READY, NOW_MS + 60_000).lastTransitionTime).toBe(statusTime(NOW_MS + 60_000));
  });
});

test('a message has at most 1 KB, and no character of it is cut in half', () => {
  const { message } = condition(null, { ...READY, message: 'é'.repeat(5_000) });
  expect(Buffer.byteLength(message)).toBeLessThanOrEqual(1024);
  expect(message).toMatch(/^é+…$/);
});
