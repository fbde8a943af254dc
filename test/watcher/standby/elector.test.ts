import { describe, expect, test } from 'vitest';
import { createElector } from '../../../watcher/standby/elector.ts';
import type { LeaseAnswer, LeaseApi } from '../../../watcher/standby/lease-api.ts';
import { leaseTiming } from '../../../watcher/standby/lease-policy.ts';
import { type LeaseRecord, readLease, writeLease } from '../../../watcher/standby/lease-record.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const ADDRESS = { namespace: 'default', name: 'offhook' };
const NO_ANSWER: LeaseAnswer = { kind: 'failed', message: 'no answer' };

/** One Lease, with the API server's rule for writers that come late. */
function createLeaseStore() {
  let stored: Record<string, unknown> | null = null;
  let version = 0;
  let down = false;
  const versionOf = (object: Readonly<Record<string, unknown>>) =>
    (object.metadata as { resourceVersion?: number }).resourceVersion;
  const keep = (object: Readonly<Record<string, unknown>>): LeaseAnswer => {
    version += 1;
    stored = { ...object, metadata: { ...(object.metadata as object), resourceVersion: version } };
    return answer();
  };
  function answer(): LeaseAnswer {
    const lease = readLease(stored);
    return lease === null ? { kind: 'absent' } : { kind: 'lease', lease };
  }
  const api: LeaseApi = {
    read: async () => (down ? NO_ANSWER : answer()),
    async create(object) {
      if (down) return NO_ANSWER;
      return stored === null ? keep(object) : { kind: 'conflict' };
    },
    async replace(object) {
      if (down) return NO_ANSWER;
      return stored !== null && versionOf(object) === version ? keep(object) : { kind: 'conflict' };
    },
  };
  return {
    api,
    setDown: (value: boolean) => {
      down = value;
    },
    lease: (): LeaseRecord | null => readLease(stored),
    /** Another writer, from outside of the test's electors. */
    write: (holder: string, nowMs: number) =>
      keep(writeLease(readLease(stored), { ...ADDRESS, holder, durationMs: 8_000, nowMs })),
  };
}

function setup() {
  const base = createFakeClock();
  const store = createLeaseStore();
  /** Time that passes without a timer running: the process was stopped. */
  const skipped = { monotonicMs: 0, wallMs: 0 };
  const clock = {
    ...base,
    monotonicMs: () => base.monotonicMs() + skipped.monotonicMs,
    nowMs: () => base.nowMs() + skipped.wallMs,
  };
  function replica(identity: string, api = store.api) {
    const told: string[] = [];
    const state = { eligible: true };
    const elector = createElector({
      api,
      address: ADDRESS,
      timing: leaseTiming(8_000),
      identity,
      clock,
      eligible: () => state.eligible,
      claim: () => `claim of ${identity}`,
      onClaim: (claim) => told.push(`hears ${claim}`),
      onAcquired: (claim) => told.push(`acquires ${claim}, leads: ${elector.leads()}`),
      onLeading: () => told.push(`leads: ${elector.leads()}`),
      onLost: (why) => told.push(`lost: ${why}`),
      onTrouble: (message) => message !== null && told.push(`trouble: ${message}`),
      onLeader() {},
    });
    elector.start();
    return { elector, told, state };
  }
  return { clock: base, skipped, store, replica };
}

describe('the election', () => {
  test('one leads, renews every two seconds and publishes; the other hears it', async () => {
    const { clock, store, replica } = setup();
    const a = replica('a');
    await clock.advance(10);
    const b = replica('b');
    await clock.advance(30_000);
    expect([a.elector.leads(), b.elector.leads()]).toEqual([true, false]);
    expect(a.told).toEqual(['acquires null, leads: false', 'leads: true']);
    expect(b.told.at(-1)).toBe('hears claim of a');
    const renewals = new Set<string | undefined>();
    for (let seconds = 0; seconds < 8; seconds += 1) {
      await clock.advance(1_000);
      renewals.add(store.lease()?.token);
    }
    expect([4, 5]).toContain(renewals.size);
  });

  test('a leader that cannot renew stops before the other one begins', async () => {
    const { clock, store, replica } = setup();
    const cut = { down: false };
    const gone: LeaseApi = {
      read: async () => (cut.down ? NO_ANSWER : store.api.read()),
      create: store.api.create,
      replace: async (lease) => (cut.down ? NO_ANSWER : store.api.replace(lease)),
    };
    const a = replica('a', gone);
    await clock.advance(10);
    const b = replica('b');
    await clock.advance(5_000);
    cut.down = true;
    const overlap: number[] = [];
    let tookMs = 0;
    for (let ms = 0; ms < 15_000; ms += 100) {
      await clock.advance(100);
      if (a.elector.leads() && b.elector.leads()) overlap.push(ms);
      if (!b.elector.leads()) tookMs = ms;
    }
    expect(overlap).toEqual([]);
    expect(b.elector.leads()).toBe(true);
    expect(tookMs).toBeLessThan(11_000);
    expect(a.told).toContain('trouble: no answer');
    expect(a.told).toContain('lost: the Lease could not be renewed in time');
    expect(b.told.at(-2)).toBe('acquires claim of a, leads: false');
  });

  test.each(['monotonicMs', 'wallMs'] as const)(
    'who was stopped knows it before anything else runs (%s)',
    async (time) => {
      const { clock, skipped, replica } = setup();
      const a = replica('a');
      await clock.advance(3_000);
      expect(a.elector.leads()).toBe(true);
      skipped[time] += 6_000;
      expect(a.elector.leads()).toBe(false);
      await clock.advance(5_000);
      expect(a.told.filter((line) => line.startsWith('lost'))).toHaveLength(1);
      // Nobody else was there: its own name stands in the Lease, and it goes on.
      expect(a.elector.leads()).toBe(true);
    },
  );

  test('another clock in the Lease changes nothing', async () => {
    const { clock, store, replica } = setup();
    store.write('other', Date.UTC(2040, 0, 1));
    const a = replica('a');
    await clock.advance(7_900);
    expect(a.elector.leads()).toBe(false);
    await clock.advance(1_200);
    expect(a.elector.leads()).toBe(true);
    store.write('other', Date.UTC(1990, 0, 1));
    await clock.advance(2_100);
    expect(a.elector.leads()).toBe(false);
    expect(a.told.at(-1)).toMatch(/^(lost: the Lease is held by other|hears)/);
    await clock.advance(5_000);
    expect(a.elector.leads()).toBe(false);
  });

  test('a write by a stranger costs no leadership', async () => {
    const { clock, store, replica } = setup();
    const a = replica('a');
    await clock.advance(1_000);
    store.write('a', clock.nowMs());
    await clock.advance(20_000);
    expect(a.elector.leads()).toBe(true);
    expect(a.told.filter((line) => line.startsWith('lost'))).toEqual([]);
  });

  test('who does not know its cluster yet does not lead', async () => {
    const { clock, replica } = setup();
    const a = replica('a');
    a.state.eligible = false;
    await clock.advance(0);
    await clock.advance(20_000);
    expect(a.elector.leads()).toBe(false);
    a.state.eligible = true;
    await clock.advance(1_000);
    expect(a.elector.leads()).toBe(true);
  });
});

describe('giving the Lease free', () => {
  test('a leader does, with what it says last; the next one leads with its next look', async () => {
    const { clock, store, replica } = setup();
    const a = replica('a');
    await clock.advance(10);
    const b = replica('b');
    await clock.advance(5_000);
    await a.elector.release();
    expect(a.elector.leads()).toBe(false);
    expect(store.lease()).toMatchObject({ holder: '', claim: 'claim of a' });
    await clock.advance(1_000);
    expect(b.elector.leads()).toBe(true);
  });

  test('a standby leaves it alone, and takes no part any more', async () => {
    const { clock, store, replica } = setup();
    const a = replica('a');
    await clock.advance(10);
    const b = replica('b');
    await clock.advance(5_000);
    await b.elector.release();
    expect(store.lease()?.holder).toBe('a');
    await a.elector.release();
    await clock.advance(30_000);
    expect(store.lease()?.holder).toBe('');
    expect(clock.pending()).toEqual([]);
  });

  test('an API server that is down does not hold it up', async () => {
    const { clock, store, replica } = setup();
    const a = replica('a');
    await clock.advance(5_000);
    store.setDown(true);
    await a.elector.release();
    expect(a.elector.leads()).toBe(false);
  });

  test('one that is asked for at that moment is given back', async () => {
    const { clock, store, replica } = setup();
    const asked = Promise.withResolvers<void>();
    const slow: LeaseApi = {
      ...store.api,
      async create(lease) {
        await asked.promise;
        return store.api.create(lease);
      },
    };
    const a = replica('a', slow);
    await clock.advance(10);
    const released = a.elector.release();
    asked.resolve();
    await released;
    expect(store.lease()).toMatchObject({ holder: '', claim: null });
    expect(a.told).toEqual([]);
  });
});
