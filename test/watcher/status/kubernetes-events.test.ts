import { expect, test } from 'vitest';
import { standingOf } from './object-standings.ts';
import { neverAnswer, recordedWrite, refuseWrite } from './status-server.ts';
import { startStatusWriter } from './status-setup.ts';

test('a receiver that begins to fail, takes events again and is gone is told, once each', async () => {
  const { server, pass, turn, attempt, told } = await startStatusWriter({ standings: [standingOf()] });
  server.answer(recordedWrite('cr-status-apply'));
  await pass(1);
  turn({ kind: 'failing' });
  await pass(10);
  turn({ kind: 'recovered' });
  await pass(10);
  attempt({ outcome: 'gone', status: 410, reason: 'http 410', next: 'dead' });
  await pass(10);
  expect(server.events().map(({ body }) => [body.type, body.reason])).toEqual([
    ['Warning', 'DeliveryFailing'],
    ['Normal', 'DeliveryRecovered'],
    ['Warning', 'ReceiverGone'],
  ]);
  expect(told).toEqual(['written', 'written', 'written']);
});

test('an Event has what the API server asks for, and stands beside its object', async () => {
  const { server, pass, turn } = await startStatusWriter({ standings: [standingOf()] });
  turn({});
  await pass(1);
  const { path, body } = server.events()[0] ?? {};
  expect(path).toBe('/apis/events.k8s.io/v1/namespaces/team-a/events');
  expect(body).toMatchObject({
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: expect.stringMatching(/^billing\.[0-9a-f]{16,20}$/), namespace: 'team-a' },
    eventTime: expect.stringMatching(/^2026-01-01T00:00:0\d\.\d{6}Z$/),
    reportingController: 'offhook.dev/watcher',
    reportingInstance: 'offhook-0',
    action: 'Deliver',
    regarding: {
      apiVersion: 'offhook.dev/v1alpha1',
      kind: 'HookSubscription',
      namespace: 'team-a',
      name: 'billing',
      uid: 'a139e2e4-0542-4230-95a8-741d03472959',
    },
  });
});

test('an Event about an object of the cluster is in the namespace default', async () => {
  const standing = standingOf({ kind: 'ClusterHookSubscription' });
  const { server, pass, turn } = await startStatusWriter({ standings: [standing] });
  turn({ subscription: '*/billing@a139e2e4' });
  await pass(1);
  expect(server.events()[0]?.path).toBe('/apis/events.k8s.io/v1/namespaces/default/events');
  expect(server.events()[0]?.body.regarding).not.toHaveProperty('namespace');
});

test('a receiver that comes and goes is told of once in five minutes', async () => {
  const { server, pass, turn } = await startStatusWriter({ standings: [standingOf()] });
  for (let second = 0; second < 290; second += 2) {
    turn({ kind: 'failing' });
    await pass(1);
    turn({ kind: 'recovered' });
    await pass(1);
  }
  expect(server.events()).toHaveLength(2);
});

test('a thousand receivers that fail at once make twenty Events a minute; the rest is counted', async () => {
  const standings = Array.from({ length: 1_000 }, (_, index) =>
    standingOf({ name: `s${index}`, object: { uid: `${String(index).padStart(8, '0')}-0` } }),
  );
  const { server, pass, turn, told } = await startStatusWriter({ standings });
  for (const { subscription } of standings) turn({ subscription: subscription ?? '' });
  await pass(30);
  expect(server.events()).toHaveLength(20);
  expect(told.filter((result) => result === 'dropped')).toHaveLength(980);
});

test('without permission one line says so, and nothing is tried for ten minutes', async () => {
  const standings = Array.from({ length: 50 }, (_, index) =>
    standingOf({ name: `s${index}`, object: { uid: `${String(index).padStart(8, '0')}-0` } }),
  );
  const { server, pass, turn, lines, told } = await startStatusWriter({ standings });
  server.always((response, write) =>
    write.method === 'POST'
      ? refuseWrite(403)(response, write)
      : recordedWrite('cr-status-apply')(response, write),
  );
  for (const { subscription } of standings) {
    turn({ subscription: subscription ?? '' });
    await pass(5);
  }
  expect(server.events()).toHaveLength(1);
  expect(told.filter((result) => result === 'forbidden')).toHaveLength(1);
  expect(lines).toHaveLength(1);
  expect(lines[0]?.message).toContain('kubectl auth can-i create events.events.k8s.io --namespace team-a');
});

test('an Event that nobody answers costs five seconds, and is not tried again', async () => {
  const { server, clock, turn, told } = await startStatusWriter({ standings: [standingOf()] });
  turn({});
  server.answer(recordedWrite('cr-status-apply'), neverAnswer);
  for (let second = 0; second < 20; second += 1) {
    await clock.advance(1_000);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(told).toEqual(['failed']);
  expect(server.events()).toHaveLength(1);
});
