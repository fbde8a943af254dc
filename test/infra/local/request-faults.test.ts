import { request as open } from 'undici';
import { beforeEach, expect, it } from 'vitest';
import { defineSubscriptions, messageIn, SUBSCRIPTIONS, subscribe } from './custom/hook-subscriptions.ts';
import { eachTestHasACluster } from './harness.ts';
import { request } from './http.ts';

const test = eachTestHasACluster();
const STATUS = { verb: 'patch', resource: 'hooksubscriptions/status' } as const;

beforeEach(async () => {
  test.cluster.createNamespace('team-a');
  await defineSubscriptions(test.cluster.url);
  await subscribe(test.cluster.url, 'billing');
});

const patch = (part = '/status') =>
  request(test.cluster.url, 'PATCH', `${SUBSCRIPTIONS}/billing${part}`, {
    type: 'application/merge-patch+json',
    body: { status: { pending: 1 } },
  });

it('refuses chosen requests, as often as it is told, and no others', async () => {
  test.cluster.api.setFaults([
    { ...STATUS, namespace: 'team-a', name: 'billing', answer: 429, retryAfterSeconds: 7, times: 2 },
  ]);
  const first = await patch();
  expect([first.status, first.headers['retry-after']]).toEqual([429, '7']);
  expect(first.body).toMatchObject({ reason: 'TooManyRequests', details: { retryAfterSeconds: 7 } });
  expect([(await patch('')).status, (await patch()).status, (await patch()).status]).toEqual([200, 429, 200]);
});

it.each([
  [409, 'Conflict', 'hooksubscriptions.offhook.dev "billing": the object has been modified'],
  [500, 'InternalError', 'Internal error occurred'],
  [503, 'ServiceUnavailable', 'currently unable to handle the request'],
] as const)('answers %i with %s', async (answer, reason, message) => {
  test.cluster.api.setFaults([{ ...STATUS, answer }]);
  const refused = await patch();
  expect(refused).toMatchObject({ status: answer, body: { reason, code: answer } });
  expect(messageIn(refused)).toContain(message);
  test.cluster.api.setFaults([]);
  expect((await patch()).status).toBe(200);
});

it('lets a request hang until the faults are others', async () => {
  test.cluster.api.setFaults([{ ...STATUS, answer: 'hang' }]);
  const cut = expect(patch()).rejects.toThrow();
  while (test.cluster.api.hangingRequests() < 1) await new Promise(setImmediate);
  expect((await patch('')).status).toBe(200);
  test.cluster.api.setFaults([]);
  await cut;
  expect(test.cluster.api.hangingRequests()).toBe(0);
});

it('forgets a request that hangs when its client leaves', async () => {
  test.cluster.api.setFaults([{ verb: 'get', resource: 'secrets', answer: 'hang' }]);
  const leaving = new AbortController();
  const asked = open(`${test.cluster.url}/api/v1/namespaces/team-a/secrets/a`, { signal: leaving.signal });
  const left = expect(asked).rejects.toThrow();
  while (test.cluster.api.hangingRequests() < 1) await new Promise(setImmediate);
  leaving.abort();
  await left;
  while (test.cluster.api.hangingRequests() > 0) await new Promise(setImmediate);
});

it('resets connections', async () => {
  test.cluster.api.setFaults([{ verb: 'list', resource: '*', group: 'offhook.dev', answer: 'reset' }]);
  await expect(request(test.cluster.url, 'GET', SUBSCRIPTIONS)).rejects.toThrow();
  expect((await request(test.cluster.url, 'GET', '/api/v1/pods')).status).toBe(200);
});

it('forbids a part of an object, in a namespace, by name', async () => {
  test.cluster.api.setAccess({
    forbid: [{ ...STATUS, group: 'offhook.dev', namespace: 'team-a', name: 'billing' }],
  });
  const refused = await patch();
  expect([refused.status, messageIn(refused)]).toEqual([
    403,
    'hooksubscriptions.offhook.dev "billing" is forbidden: User "system:serviceaccount:default:local" cannot patch resource "hooksubscriptions/status" in API group "offhook.dev" in the namespace "team-a"',
  ]);
  expect((await patch('')).status).toBe(200);
});
