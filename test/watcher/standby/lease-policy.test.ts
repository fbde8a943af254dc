import { describe, expect, test } from 'vitest';
import { decideLease, leaseTiming, type SeenLease } from '../../../watcher/standby/lease-policy.ts';

const timing = leaseTiming(8_000);
const held = (holder: string, unchangedForMs = 0, durationMs = 8_000): SeenLease => ({
  kind: 'held',
  holder,
  unchangedForMs,
  durationMs,
});
const absent: SeenLease = { kind: 'absent' };

const leader = (renewedAgoMs: number) => ({ identity: 'me', eligible: true, renewedAgoMs });
const standby = { identity: 'me', eligible: true, renewedAgoMs: null };
const newcomer = { ...standby, eligible: false };

describe('who leads', () => {
  test.each([
    ['a leader renews', leader(0), held('me'), 'renew'],
    ['up to its deadline', leader(5_999), held('me'), 'renew'],
    ['and stops at it', leader(6_000), held('me'), 'stepDown'],
    ['also when nobody else wants to lead', leader(60_000), absent, 'stepDown'],
    ['a leader writes again a Lease that was deleted', leader(2_000), absent, 'renew'],
    ['and one that somebody gave free', leader(2_000), held(''), 'renew'],
    ['a leader gives way to another name at once', leader(0), held('other'), 'stepDown'],
    ['a standby creates the Lease', standby, absent, 'create'],
    ['takes one that nobody holds', standby, held(''), 'acquire'],
    ['takes one that it holds itself', standby, held('me'), 'acquire'],
    ['waits for another', standby, held('other', 7_999), 'wait'],
    ['takes over when nothing has come for its duration', standby, held('other', 8_000), 'acquire'],
    ['goes by the duration in the Lease', standby, held('other', 8_000, 15_000), 'wait'],
    ['takes over from a Lease without a duration', standby, held('other', 0, 0), 'acquire'],
    ['one that does not know its cluster waits', newcomer, absent, 'wait'],
    ['also for a Lease that nobody holds', newcomer, held('', 99_000), 'wait'],
  ] as const)('%s', (_, me, seen, decision) => {
    expect(decideLease(me, seen, timing)).toBe(decision);
  });

  test.each([4_000, 8_000, 60_000])('with %i ms, a leader stops well before another begins', (durationMs) => {
    const { renewDeadlineMs, renewIntervalMs, retryIntervalMs } = leaseTiming(durationMs);
    expect(durationMs - renewDeadlineMs).toBeGreaterThanOrEqual(1_000);
    // One renewal may fail and be tried again.
    expect(renewDeadlineMs).toBeGreaterThan(renewIntervalMs * 2 + retryIntervalMs);
  });

  test('by default a leader that is killed is followed within 15 s', () => {
    const { renewIntervalMs, retryIntervalMs } = timing;
    // Seen late by one look, waited for, found by the next look, asked and answered at the last moment.
    expect(retryIntervalMs + timing.durationMs + retryIntervalMs + 2 * renewIntervalMs).toBeLessThan(15_000);
  });
});
