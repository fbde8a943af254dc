import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type Bridge, PLATFORMS, type StartBridge } from '../support/platforms.ts';
import { type ProbeAnswer, startProbe } from '../support/probe.ts';
import { postStart } from '../support/sample-events.ts';
import { deliver } from '../support/signed-post.ts';

describe.each(PLATFORMS)('handlers on $platform', ({ start }) => {
  let bridge: Bridge | undefined;
  afterEach(() => bridge?.close());

  const startWith = async (startBridge: StartBridge, script: Record<string, readonly ProbeAnswer[]>) => {
    const probe = await startProbe(script);
    bridge = await startBridge({ PROBE_URL: probe.url });
    return { probe, bridge };
  };

  /** `handler attempt outcome` of every run of an event, once so many are recorded. */
  const runsOf = async (eventId: string, count: number) => {
    const rows = await eventually(
      async () => (await bridge?.auditRows()) ?? [],
      (all) => (all.find((row) => row.eventId === eventId)?.runs.length ?? 0) >= count,
    );
    const runs = rows.find((row) => row.eventId === eventId)?.runs ?? [];
    return runs.map(({ handler, attempt, outcome }) => `${handler} ${attempt} ${outcome}`).sort();
  };

  it('runs each handler once for an event that is delivered three times', async () => {
    const { probe, bridge } = await startWith(start, {});
    const event = postStart({ key: 'thrice' });
    await Promise.all([1, 2, 3].map(() => deliver(bridge.url, event)));
    expect(await runsOf(event.id, 3)).toEqual([
      'audit 1 completed',
      'shaky 1 completed',
      'steady 1 completed',
    ]);
    // A later event's runs come after any second run the copies could have caused.
    const later = postStart({ key: 'later' });
    await deliver(bridge.url, later);
    await runsOf(later.id, 3);
    expect(probe.attempts('/steady')).toEqual([1, 1]);
  });

  it('tries a failing handler again until it succeeds, and leaves its neighbours alone', async () => {
    const { probe, bridge } = await startWith(start, { '/shaky': [500, 503, 200] });
    const event = postStart({ key: 'shaky' });
    await deliver(bridge.url, event);
    expect(await runsOf(event.id, 5)).toEqual([
      'audit 1 completed',
      'shaky 1 failed',
      'shaky 2 failed',
      'shaky 3 completed',
      'steady 1 completed',
    ]);
    expect(probe.attempts('/shaky')).toEqual([1, 2, 3]);
    expect(probe.attempts('/steady')).toEqual([1]);
    expect(await bridge.deadLetters()).toEqual([]);
  });

  it('moves an event to the dead letters when a handler has used up its attempts', async () => {
    const { probe, bridge } = await startWith(start, { '/shaky': [500] });
    const [poison, healthy] = [postStart({ key: 'poison' }), postStart({ key: 'healthy' })];
    await deliver(bridge.url, poison);
    const dead = await eventually(bridge.deadLetters, (letters) => letters.length > 0);
    expect(dead).toEqual([{ eventId: poison.id, reason: 'gave up: shaky' }]);
    expect(await runsOf(poison.id, 5)).toContain('shaky 3 givenUp');
    expect(probe.attempts('/shaky')).toEqual([1, 2, 3]);
    await deliver(bridge.url, healthy);
    expect(await runsOf(healthy.id, 3)).toContain('steady 1 completed');
  });

  it('goes on answering at once while a handler takes its time', async () => {
    const { probe, bridge } = await startWith(start, { '/shaky': ['hang'] });
    await deliver(bridge.url, postStart({ key: 'slow' }));
    await probe.called('/shaky', 1);
    for (const key of ['a', 'b', 'c', 'd', 'e']) {
      expect((await deliver(bridge.url, postStart({ key }))).status).toBe(202);
    }
    expect(probe.givenUp('/shaky')).toBe(0);
    probe.release();
  });
});
