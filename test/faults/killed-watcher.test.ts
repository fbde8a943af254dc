import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { startReceiver } from '../support/receiver.ts';
import { eventually } from './support/eventually.ts';
import { startHandlingReceiver } from './support/handling-receiver.ts';
import { openJournalFile } from './support/journal-file.ts';
import {
  configureWatcher,
  createWatchedCluster,
  ids,
  kill,
  podManifest,
  told,
} from './support/watched-cluster.ts';

/*
 * SIGKILL of the real process at known points of an event's way. Nothing is built into the watcher for it: while the
 * test holds SQLite's write lock no commit can happen, and while the receiver holds its answer no request can end.
 */

test('killed between reading an event and committing it, it reads the event again and sends the same id', {
  timeout: 180_000,
}, async () => {
  const { cluster, tap, journal, startReady } = await createWatchedCluster();
  const untouched = await startReceiver();
  const [watcher] = await Promise.all([
    startReady(),
    configureWatcher(cluster.url, untouched.url).startReady(),
  ]);
  const file = openJournalFile(journal);
  file.hold();
  cluster.applyManifest(podManifest('web'));
  await watcher.says(/what was read could not be stored: .*locked/);
  await kill(watcher);
  expect(file.rows('SELECT id FROM event')).toEqual([]);
  expect(tap.requests).toEqual([]);
  file.release();

  await startReady();
  await eventually('both events', () => tap.requests.length === 2 && untouched.requests.length === 2);
  expect(told(tap.requests)).toEqual(['preStart web', 'postStart web']);
  expect(ids(tap.requests)).toEqual(ids(untouched.requests));
});

test('killed between committing events and sending them, it sends them after the restart', {
  timeout: 180_000,
}, async () => {
  const { cluster, tap, journal, startReady } = await createWatchedCluster({
    subscription: ['concurrency: 1'],
  });
  // The only slot is taken by a request without an answer: what is committed after it cannot be sent.
  tap.answer(() => {});
  const watcher = await startReady();
  const names = ['a', 'b', 'c'];
  for (const name of names) cluster.applyManifest(podManifest(name));
  const { rows } = openJournalFile(journal);
  await eventually('six committed events', () => rows('SELECT id FROM event').length === 6);
  expect(tap.requests).toHaveLength(1);
  await kill(watcher);
  expect(rows("SELECT sequence FROM delivery WHERE state = 'pending' AND attempts = 0")).toHaveLength(6);

  tap.answer(202);
  await startReady();
  await eventually('all six', () => tap.requests.length === 7);
  const stored = rows('SELECT id FROM event ORDER BY sequence').map(({ id }) => String(id));
  const [inFlight, ...afterwards] = ids(tap.requests);
  expect(afterwards.toSorted()).toEqual(stored.toSorted());
  expect(afterwards).toContain(inFlight);
});

test('killed between the 2xx and its record, it sends again with the same id and bytes; the handler runs once', {
  timeout: 180_000,
}, async () => {
  const functions = await startHandlingReceiver();
  const { cluster, tap, journal, start, startReady } = await createWatchedCluster();
  const held: ServerResponse[] = [];
  // Takes the event to the functions at once, and keeps their answer back.
  tap.answer(async (response, { headers, body }) => {
    const answer = await fetch(functions.url, {
      method: 'POST',
      headers: signedPart(headers),
      body: new Uint8Array(body),
    });
    response.statusCode = answer.status;
    held.push(response);
  });
  const watcher = await startReady();
  cluster.applyManifest(podManifest('web'));
  await eventually('two answers held back', () => held.length === 2);
  const file = openJournalFile(journal);
  file.hold();
  for (const response of held.splice(0)) response.end();
  await watcher.says(/"msg":"delivered"[\s\S]*"msg":"delivered"/);
  await kill(watcher);
  file.release();
  expect(file.rows("SELECT sequence FROM delivery WHERE state = 'pending'")).toHaveLength(2);

  start();
  await eventually('two more answers', () => held.length === 2);
  expect(held.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
  for (const response of held.splice(0)) response.end();
  const sent = ids(tap.requests.slice(0, 2)).toSorted();
  const again = tap.requests.slice(2);
  expect(ids(again).toSorted()).toEqual(sent);
  for (const { headers, body } of again) {
    const before = tap.requests.find((request) => request.headers['webhook-id'] === headers['webhook-id']);
    expect(body.equals(before?.body ?? Buffer.alloc(0))).toBe(true);
  }
  const delivered = "SELECT sequence FROM delivery WHERE state = 'delivered'";
  await eventually('both recorded', () => file.rows(delivered).length === 2);
  expect(functions.handled.toSorted()).toEqual(sent);
});

function signedPart(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  const names = ['content-type', 'webhook-id', 'webhook-timestamp', 'webhook-signature'];
  return Object.fromEntries(names.map((name) => [name, String(headers[name])]));
}
