import { describe, expect, it, onTestFinished } from 'vitest';
import { createLocalCluster } from '../../infra/local/cluster.ts';
import { temporaryDirectory } from '../support/journal-directory.ts';
import { startReceiver } from '../support/receiver.ts';
import { startStopwatch } from '../support/stopwatch.ts';
import { until } from '../support/until.ts';
import { healthOf, untilReady } from '../support/watch-config.ts';
import {
  allRun,
  CLUSTER_UID,
  delivered,
  duplicates,
  idsOf,
  pod,
  replica,
  STANDBY,
  untilMetric,
} from './support/replicas.ts';

const LIFE = ['preStart', 'postStart', 'preStop', 'postStop'];
const LEADS = /leading: this replica delivers/;

async function twoReplicas() {
  const cluster = await createLocalCluster({ clusterUid: CLUSTER_UID });
  onTestFinished(() => cluster.close());
  const tap = await startReceiver();
  const setup = { cluster, tap, directory: temporaryDirectory(), extra: STANDBY };
  const a = replica('a', setup);
  const b = replica('b', setup);
  const leader = a.start();
  await leader.says(LEADS);
  const standby = b.start();
  await standby.says(/standing by/);
  await untilReady(standby);
  const received = () => new Set(delivered(tap).map(({ id }) => id));
  const receives = (ids: readonly string[], deadlineMs = 15_000) =>
    until('every event', () => ids.every((id) => received().has(id)), deadlineMs);
  const run = async (names: readonly string[]) => {
    for (const name of names) cluster.applyManifest(pod(name));
    await until('all Pods run', () => allRun(cluster, names), 15_000);
  };
  /** Until the leader has published that it delivered all that has happened up to now. */
  const published = async () => {
    const now = Number(cluster.api.resourceVersion());
    cluster.applyManifest(pod(`mark-${now}`));
    await until('the claim in the Lease', () => claimOf(cluster) > now, 10_000);
  };
  return { cluster, tap, a, b, leader, standby, received, receives, run, published };
}

function claimOf(cluster: Awaited<ReturnType<typeof createLocalCluster>>): number {
  const annotations = cluster.api.lease('default', 'offhook')?.metadata.annotations ?? {};
  const claim = JSON.parse(annotations['offhook.dev/delivered'] ?? '{}');
  return claim.queues?.tap?.except === '' ? Number(claim.upTo.pods) : 0;
}

describe('a hot standby', () => {
  it('takes over within 15 s of a SIGKILL, loses nothing, and repeats only what was not confirmed', {
    timeout: 180_000,
  }, async () => {
    const { cluster, tap, b, leader, standby, receives, run, published } = await twoReplicas();
    const early = ['early-1', 'early-2', 'early-3', 'early-4'];
    await run(early);
    await receives(idsOf(cluster, early));
    await published();
    const confirmed = new Set(delivered(tap).map(({ id }) => id));

    const late = ['late-1', 'late-2', 'late-3'];
    await run(late);
    const elapsedMs = startStopwatch();
    leader.kill('SIGKILL');
    const later = ['later-1', 'later-2'];
    await run(later);
    const lives = idsOf(cluster, [...early, ...late, ...later], LIFE);
    for (const name of [...early, ...late, ...later]) {
      cluster.deletePod('default', name, { gracePeriodSeconds: 5 });
    }
    await standby.says(LEADS, 20_000);
    expect(elapsedMs()).toBeLessThan(15_000);

    await receives(lives);
    const all = delivered(tap);
    const repeated = [...duplicates(all)];
    expect(repeated.filter(([id, times]) => confirmed.has(id) || times > 1)).toEqual([]);
    expect(repeated.length).toBeLessThanOrEqual(2 * late.length + 2);
    expect(new Set(all.filter(({ by }) => by === 'a').map(({ id }) => id)).size).toBeGreaterThan(8);

    standby.kill('SIGTERM');
    expect(await standby.ended()).toMatchObject({ code: 0 });
    expect(b.pending()).toBe(0);
  });

  it('takes over within 2 s of a clean stop, while Pods come and go', { timeout: 180_000 }, async () => {
    const { cluster, tap, a, leader, standby, receives, run } = await twoReplicas();
    const early = ['early-1', 'early-2', 'early-3', 'early-4', 'early-5', 'early-6'];
    await run(early);
    for (const name of ['during-1', 'during-2', 'during-3']) cluster.applyManifest(pod(name));
    await untilMetric(leader, 'offhook_leading', (value) => value === 1);
    await untilMetric(standby, 'offhook_leading', (value) => value === 0);
    const elapsedMs = startStopwatch();
    leader.kill('SIGTERM');
    await standby.says(LEADS);
    expect(elapsedMs()).toBeLessThan(2_000);
    const { code } = await leader.ended();
    expect(code).toBe(0);
    await run(['after-1', 'after-2']);
    const names = [...early, 'during-1', 'during-2', 'during-3', 'after-1', 'after-2'];
    await until('all Pods run', () => allRun(cluster, names), 15_000);
    await receives(idsOf(cluster, names));
    expect(duplicates(delivered(tap)).size).toBeLessThanOrEqual(2);
    expect(a.pending()).toBe(0);
  });

  it('keeps as pending only what the leader has not delivered, and delivers just that', {
    timeout: 180_000,
  }, async () => {
    const { cluster, tap, leader, standby, receives, run } = await twoReplicas();
    let isDown = true;
    tap.answer((response, { body }) => {
      const { subject, data } = JSON.parse(body.toString());
      const refused = isDown && subject === 'default/two/app' && data.hook === 'postStart';
      response.writeHead(refused ? 503 : 202).end();
    });
    await run(['one', 'two', 'three', 'four']);
    await receives(idsOf(cluster, ['one', 'two', 'three', 'four']));
    await untilMetric(standby, 'offhook_events_total{hook="postStart",observation="status"}', (n) => n === 4);
    await untilMetric(standby, 'offhook_queue_pending{subscription="tap"}', (pending) => pending === 1);
    expect(delivered(tap).filter(({ by }) => by === 'b')).toEqual([]);
    leader.kill('SIGTERM');
    await standby.says(LEADS);
    isDown = false;
    await untilMetric(standby, 'offhook_queue_pending{subscription="tap"}', (pending) => pending === 0);
    const byStandby = delivered(tap).flatMap(({ by, id }) => (by === 'b' ? [id] : []));
    expect(new Set(byStandby)).toEqual(new Set(idsOf(cluster, ['two'], ['postStart'])));
  });

  it('repeats nothing when it was away and leads at once', { timeout: 180_000 }, async () => {
    const { cluster, tap, b, leader, standby, receives, run } = await twoReplicas();
    await run(['one']);
    await receives(idsOf(cluster, ['one']));
    standby.kill('SIGTERM');
    await standby.ended();
    await run(['two', 'three', 'four']);
    await receives(idsOf(cluster, ['one', 'two', 'three', 'four']));
    leader.kill('SIGTERM');
    await leader.ended();
    const next = b.start();
    await next.says(LEADS);
    await run(['five']);
    await receives(idsOf(cluster, ['five']));
    expect([...duplicates(delivered(tap))]).toEqual([]);
    expect(new Set(delivered(tap).flatMap(({ by, id }) => (by === 'b' ? [id] : [])))).toEqual(
      new Set(idsOf(cluster, ['five'])),
    );
  });

  it('is led by one that knows nothing of a backlog, which its owner delivers itself, and only that', {
    timeout: 180_000,
  }, async () => {
    const cluster = await createLocalCluster({ clusterUid: CLUSTER_UID });
    onTestFinished(() => cluster.close());
    const tap = await startReceiver();
    tap.answer(503);
    const setup = { cluster, tap, directory: temporaryDirectory() };
    const alone = replica('a', setup).start();
    await untilReady(alone);
    for (const name of ['old-1', 'old-2']) cluster.applyManifest(pod(name));
    await until('all Pods run', () => allRun(cluster, ['old-1', 'old-2']), 15_000);
    await untilMetric(alone, 'offhook_queue_pending{subscription="tap"}', (pending) => pending === 4);
    alone.kill('SIGTERM');
    await alone.ended();
    const before = tap.requests.length;
    tap.answer(202);

    await replica('b', { ...setup, extra: STANDBY })
      .start()
      .says(LEADS);
    const owner = replica('a', { ...setup, extra: STANDBY }).start();
    await owner.says(/delivering what the leader cannot know of/);
    const old = idsOf(cluster, ['old-1', 'old-2']);
    const sent = () => delivered(tap).slice(before);
    await until('the backlog', () => old.every((id) => sent().some((each) => each.id === id)), 15_000);
    cluster.applyManifest(pod('new'));
    await until('it runs', () => allRun(cluster, ['new']), 15_000);
    const fresh = idsOf(cluster, ['new']);
    await until('the new ones', () => fresh.every((id) => sent().some((each) => each.id === id)), 15_000);
    expect(new Set(sent().flatMap(({ id, by }) => (by === 'a' ? [id] : [])))).toEqual(new Set(old));
    expect(new Set(sent().flatMap(({ id, by }) => (by === 'b' ? [id] : [])))).toEqual(new Set(fresh));
    expect(owner.stderr()).not.toMatch(LEADS);
    await untilMetric(owner, 'offhook_queue_pending{subscription="tap"}', (n) => n === 0);
  });

  it('is not harmed by a leader that was stopped past its Lease and goes on', {
    timeout: 180_000,
  }, async () => {
    const { cluster, tap, leader, standby, received, receives, run } = await twoReplicas();
    // What the leader has taken up is waiting for its next attempt when the process stands still.
    tap.answer(503);
    const names = ['one', 'two', 'three', 'four'];
    await run(names);
    await until('first attempts', () => delivered(tap).length >= 8);
    leader.kill('SIGSTOP');
    tap.answer(202);
    await standby.says(LEADS, 20_000);
    await receives(idsOf(cluster, names));
    await until('b has delivered', () => delivered(tap).filter(({ by }) => by === 'b').length >= 8);

    const before = delivered(tap).filter(({ by }) => by === 'a').length;
    leader.kill('SIGCONT');
    await leader.says(/no longer leading/);
    await run(['five']);
    await receives(idsOf(cluster, ['five']));
    await leader.says(/standing by/);
    const all = delivered(tap);
    expect(all.filter(({ by }) => by === 'a').length - before).toBe(0);
    expect(received()).toEqual(new Set(idsOf(cluster, [...names, 'five'])));
    expect(await (await fetch(`${await healthOf(leader)}/readyz`)).text()).toBe('ok\n');
  });

  it('says what permission is missing, delivers nothing, and goes on once it has it', {
    timeout: 180_000,
  }, async () => {
    const cluster = await createLocalCluster({ clusterUid: CLUSTER_UID });
    onTestFinished(() => cluster.close());
    cluster.api.setAccess({
      forbid: [
        { verb: 'update', resource: 'leases' },
        { verb: 'get', resource: 'leases' },
      ],
    });
    const tap = await startReceiver();
    const alone = replica('a', { cluster, tap, directory: temporaryDirectory(), extra: STANDBY }).start();
    await alone.says(
      /leases\.coordination\.k8s\.io \\"offhook\\" is forbidden.*kubectl auth can-i get leases/,
    );
    const health = await healthOf(alone);
    const ready = await fetch(`${health}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.text()).toMatch(/the Lease default\/offhook cannot be used/);
    cluster.applyManifest(pod('one'));
    await until('it runs', () => allRun(cluster, ['one']), 15_000);
    expect(tap.requests).toEqual([]);
    cluster.api.setAccess({});
    await until('postStart', () => tap.requests.length === 2, 15_000);
    await untilReady(alone);
  });
});
