import { describe, expect, test } from 'vitest';
import { batchOf, newEvent, openTestJournal } from '../journal/journal-events.ts';
import { standingOf } from './object-standings.ts';
import { neverAnswer, recordedWrite, refuseWrite } from './status-server.ts';
import { BILLING, startStatusWriter } from './status-setup.ts';

const READY = { type: 'Ready', status: 'True', reason: 'Accepted' };

function conditionsOf(status: { conditions: readonly object[] } | undefined) {
  return status?.conditions;
}

describe('what is written', () => {
  test('is applied to the status, forced, by offhook, with the UID, and says what there is', async () => {
    const { server, pass, clock } = await startStatusWriter({ standings: [standingOf()] });
    await pass(1);
    expect(server.writes).toMatchObject([
      {
        method: 'PATCH',
        path: '/apis/offhook.dev/v1alpha1/namespaces/team-a/hooksubscriptions/billing/status',
        query: { fieldManager: 'offhook', force: 'true' },
        contentType: 'application/apply-patch+yaml',
        body: {
          apiVersion: 'offhook.dev/v1alpha1',
          kind: 'HookSubscription',
          metadata: { name: 'billing', namespace: 'team-a', uid: 'a139e2e4-0542-4230-95a8-741d03472959' },
          status: {
            observedGeneration: 1,
            conditions: [READY, { type: 'Delivering', status: 'Unknown', reason: 'NoEventYet' }],
            target: 'https://hooks.example.com',
            publicKeys: ['whpk_key'],
            pending: 0,
            deadLetters: 0,
          },
        },
      },
    ]);
    expect(clock.nowMs()).toBeGreaterThan(0);
  });

  test('of an object of the cluster goes to its own path', async () => {
    const { server, pass } = await startStatusWriter({
      standings: [standingOf({ kind: 'ClusterHookSubscription' })],
    });
    await pass(1);
    expect(server.writes[0]?.path).toBe('/apis/offhook.dev/v1alpha1/clusterhooksubscriptions/billing/status');
    expect(server.writes[0]?.body.metadata).not.toHaveProperty('namespace');
  });

  test('counts what the journal holds', async () => {
    const setup = await startStatusWriter({ standings: [] });
    setup.journal.commit(batchOf(newEvent('evt_1', { subscriptions: [BILLING] })));
    await setup.clock.advance(5_000);
    setup.standings.tell([standingOf()]);
    await setup.pass(15);
    expect(setup.last()).toMatchObject({ pending: 1, oldestPendingTime: '2026-01-01T00:00:00Z' });
  });

  test('tells the last delivery and the last failure, without what a receiver said', async () => {
    const { attempt, pass, last } = await startStatusWriter({ standings: [standingOf()] });
    attempt({ outcome: 'retry', reason: 'http 503 secret_token', status: 503, next: 'retry' });
    attempt({});
    await pass(2);
    expect(last()).toMatchObject({
      lastDelivery: { time: '2026-01-01T00:00:00Z', statusCode: 202, latencyMilliseconds: 12 },
      lastFailure: { time: '2026-01-01T00:00:00Z', statusCode: 503, class: 'ServerError' },
    });
    expect(JSON.stringify(last())).not.toContain('secret_token');
  });
});

describe('an object is written', () => {
  test('once in an hour in which nothing happens, whether or not the watch has shown it', async () => {
    for (const isWatched of [true, false]) {
      const { server, pass, attempt } = await startStatusWriter({ standings: [standingOf()], isWatched });
      attempt({});
      await pass(3_600);
      expect(server.patches()).toHaveLength(1);
    }
  });

  test('no more often than once a minute for its counters', async () => {
    const { server, pass, attempt } = await startStatusWriter({ standings: [standingOf()] });
    for (let second = 0; second < 300; second += 1) {
      attempt({});
      await pass(1);
    }
    expect(server.patches().length).toBeGreaterThanOrEqual(5);
    expect(server.patches().length).toBeLessThanOrEqual(6);
  });

  test('for a condition five seconds after the last write, with what is true then', async () => {
    const { server, pass, turn, attempt, last } = await startStatusWriter({ standings: [standingOf()] });
    attempt({});
    await pass(2);
    turn({ kind: 'failing' });
    turn({ kind: 'recovered' });
    turn({ kind: 'failing' });
    await pass(2);
    expect(server.patches()).toHaveLength(1);
    await pass(3);
    expect(server.patches()).toHaveLength(2);
    expect(conditionsOf(last())).toMatchObject([READY, { status: 'False', reason: 'ReceiverFailing' }]);
  });

  test('not for a condition that came and went meanwhile', async () => {
    const { server, pass, turn, attempt } = await startStatusWriter({ standings: [standingOf()] });
    attempt({});
    await pass(2);
    turn({ kind: 'failing' });
    await pass(2);
    turn({ kind: 'recovered' });
    await pass(30);
    expect(server.patches()).toHaveLength(1);
  });

  test('not again for the words of a condition, which come with the counters', async () => {
    const { server, pass, turn } = await startStatusWriter({ standings: [standingOf()] });
    for (let second = 0; second < 50; second += 1) {
      const reason = second % 2 === 0 ? 'http 503' : 'timeout 15000 ms';
      turn({ outage: { forMs: 0, rounds: 2, failures: 2, nextInMs: 0, reason } });
      await pass(1);
    }
    expect(server.patches()).toHaveLength(1);
  });

  test('once for a rate that is used up again and again, and once when it was not for a minute', async () => {
    let isThrottled = false;
    const { server, pass, attempt, last } = await startStatusWriter({
      standings: [standingOf()],
      isThrottled: () => isThrottled,
    });
    attempt({});
    await pass(10);
    for (let second = 0; second < 50; second += 1) {
      isThrottled = second % 3 === 0;
      await pass(1);
    }
    expect(server.patches()).toHaveLength(2);
    expect(conditionsOf(last())).toMatchObject([READY, { status: 'True', reason: 'Throttled' }]);
    isThrottled = false;
    await pass(70);
    expect(conditionsOf(last())).toMatchObject([READY, { status: 'True', reason: 'Delivering' }]);
    expect(server.patches()).toHaveLength(3);
  });

  test('as Throttled while the receiver wants silence and something waits', async () => {
    const setup = await startStatusWriter({ standings: [standingOf()] });
    setup.attempt({ outcome: 'retry', reason: 'http 429', status: 429, next: 'retry', pauseMs: 600_000 });
    await setup.pass(15);
    expect(conditionsOf(setup.last())).toMatchObject([READY, { reason: 'NoEventYet' }]);
    setup.journal.commit(batchOf(newEvent('evt_1', { subscriptions: [BILLING] })));
    await setup.pass(15);
    expect(conditionsOf(setup.last())).toMatchObject([READY, { reason: 'Throttled' }]);
  });

  test('Pending only when it still is two seconds later', async () => {
    const pending = { reason: 'Pending', message: 'It is being looked at.' } as const;
    const { server, pass, standings } = await startStatusWriter({
      standings: [standingOf({ ready: pending })],
    });
    await pass(1);
    standings.tell([standingOf()]);
    await pass(5);
    expect(server.patches()).toHaveLength(1);
    expect(conditionsOf(server.patches()[0]?.body.status)).toMatchObject([READY, {}]);

    const other = await startStatusWriter({ standings: [standingOf({ ready: pending })] });
    await other.pass(4);
    expect(conditionsOf(other.last())).toMatchObject([
      { status: 'Unknown', reason: 'Pending' },
      { status: 'Unknown', reason: 'Pending' },
    ]);
  });

  test('anew when somebody else wrote its status, but not all the time', async () => {
    const { server, pass, standings } = await startStatusWriter({ standings: [standingOf()] });
    for (let second = 0; second < 120; second += 1) {
      await pass(1);
      const [standing] = standings.all();
      if (standing === undefined) throw new Error('it is there');
      const resourceVersion = String(Number(standing.object.resourceVersion) + 1_000_000);
      standings.tell([
        { ...standing, object: { ...standing.object, resourceVersion, status: { pending: 7 } } },
      ]);
    }
    expect(server.patches().length).toBeGreaterThanOrEqual(2);
    expect(server.patches().length).toBeLessThanOrEqual(3);
  });

  test('never by a standby, and no more once it is gone', async () => {
    let isLeading = false;
    const { server, pass, turn, standings } = await startStatusWriter({
      standings: [standingOf()],
      leads: () => isLeading,
    });
    turn({});
    await pass(60);
    expect(server.writes).toEqual([]);
    isLeading = true;
    await pass(1);
    expect(server.patches()).toHaveLength(1);
    standings.tell([]);
    turn({});
    await pass(60);
    expect(server.writes).toHaveLength(1);
  });
});

describe('a thousand objects', () => {
  const many = (length = 1_000) =>
    Array.from({ length }, (_, index) =>
      standingOf({ name: `s${index}`, object: { uid: `${String(index).padStart(8, '0')}-0` } }),
    );

  test('all get their turn, and no second sees more than five writes', async () => {
    const { server, pass, clock, standings } = await startStatusWriter({ standings: many() });
    const atMs: number[] = [];
    for (let second = 0; second < 220; second += 1) {
      const before = server.patches().length;
      await pass(1);
      for (let n = before; n < server.patches().length; n += 1) atMs.push(clock.monotonicMs());
    }
    expect(new Set(server.patches().map(({ name }) => name)).size).toBe(1_000);
    expect(standings.all()).toHaveLength(1_000);
    for (const [index, time] of atMs.entries())
      expect(time - (atMs[index - 5] ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(1_000);
  });

  test('of which most flap cannot keep a quiet one from its turn', async () => {
    const { server, pass, turn, attempt } = await startStatusWriter({ standings: many(300) });
    attempt({ subscription: 'team-a/s299@00000299' });
    await pass(65);
    // Nothing but its counters.
    attempt({ subscription: 'team-a/s299@00000299' });
    // In turns, so that there is always somebody with something pressing to say.
    const flapping = Array.from(
      { length: 250 },
      (_, index) => `team-a/s${index}@${String(index).padStart(8, '0')}`,
    );
    const before = server.patches().length;
    for (let second = 0; second < 80; second += 1) {
      for (const [index, subscription] of flapping.entries())
        turn({ subscription, kind: (second + index) % 2 === 0 ? 'failing' : 'recovered' });
      await pass(1);
    }
    const writes = server.patches().slice(before);
    expect(writes.length).toBeLessThanOrEqual(5 * 81);
    expect(writes.filter(({ name }) => name === 's299')).not.toEqual([]);
  });
});

describe('a write that is not taken', () => {
  test('is dropped, and the next round writes what is true then', async () => {
    const { server, pass, results, turn, last } = await startStatusWriter({ standings: [standingOf()] });
    server.answer(recordedWrite('cr-status-apply-conflict'));
    await pass(1);
    turn({});
    await pass(10);
    expect(results).toEqual(['conflict', 'written']);
    expect(conditionsOf(last())).toMatchObject([READY, { reason: 'ReceiverFailing' }]);
  });

  test('for 429 waits as long as the server asks, and so do all others', async () => {
    const two = [standingOf(), standingOf({ name: 'other', object: { uid: 'b' } })];
    const { server, pass, results } = await startStatusWriter({ standings: two });
    server.answer(refuseWrite(429, { 'retry-after': '20' }));
    await pass(19);
    expect(results).toEqual(['throttled']);
    await pass(10);
    expect(results).toEqual(['throttled', 'written', 'written']);
  });

  test('for 5xx, and for no answer, waits longer each time', async () => {
    for (const [step, result] of [
      [refuseWrite(503), 'failed'],
      [neverAnswer, 'noAnswer'],
    ] as const) {
      const { server, clock, results } = await startStatusWriter({ standings: [standingOf()] });
      server.always(step);
      for (let second = 0; second < 600; second += 1) {
        await clock.advance(1_000);
        await new Promise((resolve) => setTimeout(resolve, 3));
      }
      expect(new Set(results)).toEqual(new Set([result]));
      expect(results.length).toBeGreaterThan(3);
      expect(results.length).toBeLessThan(25);
    }
  });

  test('for 404 is not tried again every second: the watch will tell that it is gone', async () => {
    const { server, pass, results } = await startStatusWriter({ standings: [standingOf()] });
    server.always(recordedWrite('cr-status-apply-missing'));
    await pass(59);
    expect(results).toEqual(['missing']);
  });

  test('for want of permission is told once, with what to check', async () => {
    const { server, pass, results, lines } = await startStatusWriter({ standings: [standingOf()] });
    server.always(refuseWrite(403));
    await pass(300);
    expect(new Set(results)).toEqual(new Set(['forbidden']));
    expect(results.length).toBeLessThan(15);
    expect(lines).toHaveLength(1);
    expect(lines[0]?.message).toMatch(
      /kubectl auth can-i patch hooksubscriptions\/status\.offhook\.dev --namespace team-a|kubectl auth can-i patch/,
    );
  });

  test('for a field that an older CRD does not know goes without it from then on', async () => {
    const { server, pass, results, lines, last } = await startStatusWriter({ standings: [standingOf()] });
    server.answer((response) => {
      const message =
        'failed to create typed patch object (team-a/billing; …): .status.publicKeys: field not declared in schema';
      response.writeHead(500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ kind: 'Status', code: 500, message }));
    });
    await pass(300);
    expect(results).toEqual(['refused', 'written']);
    expect(last()).not.toHaveProperty('publicKeys');
    expect(lines).toMatchObject([{ details: { field: 'publicKeys' } }]);
  });

  test('because the journal cannot be read is told a few times a minute, and written once it can', async () => {
    const journal = openTestJournal();
    let isBroken = true;
    const queues = () => {
      if (isBroken) throw new Error('disk I/O error');
      return journal.queues();
    };
    const { server, pass, lines } = await startStatusWriter({
      standings: [standingOf()],
      journal: { ...journal, queues },
    });
    await pass(50);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThanOrEqual(10);
    expect(server.writes).toEqual([]);
    isBroken = false;
    await pass(15);
    expect(server.patches()).toHaveLength(1);
  });

  test('stops with the watcher, whatever the server does', async () => {
    const { server, clock, writer, results } = await startStatusWriter({ standings: [standingOf()] });
    server.always(neverAnswer);
    await clock.advance(1_000);
    await writer.stop();
    await clock.advance(60_000);
    expect(results).toEqual([]);
  });
});

describe('after a restart', () => {
  const before = {
    observedGeneration: 1,
    conditions: [
      { ...READY, message: 'Accepted.', observedGeneration: 1, lastTransitionTime: '2025-12-01T00:00:00Z' },
      {
        type: 'Delivering',
        status: 'False',
        reason: 'ReceiverFailing',
        message: 'The receiver takes nothing (it answers 5xx). Events wait, and one at a time is tried.',
        observedGeneration: 1,
        lastTransitionTime: '2025-12-02T00:00:00Z',
      },
    ],
    target: 'https://hooks.example.com',
    publicKeys: ['whpk_key'],
    pending: 1,
    oldestPendingTime: '2026-01-01T00:00:01Z',
    deadLetters: 0,
    lastDelivery: { time: '2025-12-01T10:00:00Z', statusCode: 200, latencyMilliseconds: 5 },
    lastFailure: { time: '2025-12-31T10:00:00Z', statusCode: 500, class: 'ServerError' },
  };

  test('nothing is written where nothing is new, and a time that is a second off is not', async () => {
    const setup = await startStatusWriter();
    setup.journal.commit(batchOf(newEvent('evt_1', { subscriptions: [BILLING] })));
    setup.standings.tell([standingOf({ object: { status: before } })]);
    await setup.pass(120);
    expect(setup.server.writes).toEqual([]);
  });

  test('what the object said last stays until something newer is known', async () => {
    const setup = await startStatusWriter();
    setup.journal.commit(batchOf(newEvent('evt_1', { subscriptions: [BILLING] })));
    setup.standings.tell([standingOf({ object: { status: before } })]);
    setup.attempt({});
    await setup.pass(2);
    expect(setup.last()).toMatchObject({
      conditions: [
        { type: 'Ready', lastTransitionTime: '2025-12-01T00:00:00Z' },
        { type: 'Delivering', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' },
      ],
      lastDelivery: { time: '2026-01-01T00:00:00Z', statusCode: 202 },
      lastFailure: before.lastFailure,
    });
  });

  test('what nobody of us can have written is not taken over', async () => {
    const status = {
      lastDelivery: { time: '2999-01-01T00:00:00Z', latencyMilliseconds: 1 },
      lastFailure: 'x',
      pending: -1,
    };
    const { pass, last } = await startStatusWriter({ standings: [standingOf({ object: { status } })] });
    await pass(2);
    expect(last()).not.toHaveProperty('lastDelivery');
    expect(last()).not.toHaveProperty('lastFailure');
  });
});
