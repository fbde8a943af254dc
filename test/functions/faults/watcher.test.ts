import type { ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openJournalFile } from '../../faults/support/journal-file.ts';
import { createWatchedCluster, ids, kill, podManifest } from '../../faults/support/watched-cluster.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { until } from '../../support/until.ts';
import { eventually } from '../support/eventually.ts';
import { type Bridge, PLATFORMS, type StartBridge } from '../support/platforms.ts';
import { startProbe } from '../support/probe.ts';

/** A real watcher, its journal on disk and an embedded cluster in front of the functions. */
const PATIENCE_MS = 30_000;
const DELIVERED = "SELECT attempts FROM delivery WHERE state = 'delivered'";

async function startFunctions(start: StartBridge) {
  const probe = await startProbe();
  const bridge = await start({ PROBE_URL: probe.url });
  onTestFinished(() => bridge.close());
  return { ...bridge, probe };
}

/** `event handler attempt` of every run, once so many events have been handled. */
async function runs({ auditRows }: Bridge, events: number): Promise<readonly string[]> {
  const complete = (hook: string) => (hook === 'postStart' ? 3 : 1);
  const rows = await eventually(
    auditRows,
    (all) => all.filter(({ hook, runs }) => runs.length >= complete(hook ?? '')).length >= events,
    PATIENCE_MS,
  );
  return rows.flatMap(({ eventId, runs }) =>
    runs.map(({ handler, attempt }) => `${eventId} ${handler} ${attempt}`),
  );
}

describe.each(PLATFORMS)('the watcher in front of the functions on $platform', ({ start }) => {
  it('killed between the 2xx and its record, sends again with the same id; each handler runs once', {
    timeout: 180_000,
  }, async () => {
    const functions = await startFunctions(start);
    const { cluster, tap, journal, start: startWatcher, startReady } = await createWatchedCluster();
    const held: ServerResponse[] = [];
    // Takes the event to the functions at once, and keeps their answer back.
    tap.answer(async (response, { headers, body }) => {
      const answer = await fetch(`${functions.url}/events`, {
        method: 'POST',
        headers: signedPart(headers),
        body: new Uint8Array(body),
      });
      response.statusCode = answer.status;
      held.push(response);
    });
    const watcher = await startReady();
    cluster.applyManifest(podManifest('web'));
    await until('two answers held back', () => held.length === 2, PATIENCE_MS);
    const before = await runs(functions, 2);
    const file = openJournalFile(journal);
    file.hold();
    for (const response of held.splice(0)) response.end();
    await watcher.says(/"msg":"delivered"[\s\S]*"msg":"delivered"/);
    await kill(watcher);
    file.release();

    startWatcher();
    await until('two more answers', () => held.length === 2, PATIENCE_MS);
    expect(held.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    for (const response of held.splice(0)) response.end();
    await until('both recorded', () => file.rows(DELIVERED).length === 2, PATIENCE_MS);
    expect(ids(tap.requests.slice(2)).toSorted()).toEqual(ids(tap.requests.slice(0, 2)).toSorted());
    expect(await runs(functions, 2)).toEqual(before);
    expect(before.every((run) => run.endsWith(' 1'))).toBe(true);
    expect(functions.probe.attempts('/steady')).toEqual([1]);
  });

  it('whose answer 2xx is cut off sends again with the same id; each handler runs once', {
    timeout: 180_000,
  }, async () => {
    const functions = await startFunctions(start);
    const proxy = await startFaultProxy(`${functions.url}/events`);
    const { cluster, journal, startReady } = await createWatchedCluster({ receiverUrl: proxy.url });
    proxy.set({ kind: 'cutAnswer' });
    await startReady();
    cluster.applyManifest(podManifest('web'));
    const { rows } = openJournalFile(journal);
    const failed = "SELECT attempts FROM delivery WHERE last_outcome LIKE 'reset %'";
    await until('an attempt of both that failed', () => rows(failed).length === 2, PATIENCE_MS);
    const before = await runs(functions, 2);
    proxy.set({ kind: 'pass' });
    await until('both delivered', () => rows(DELIVERED).length === 2, PATIENCE_MS);
    expect(rows(DELIVERED).every(({ attempts }) => Number(attempts) >= 2)).toBe(true);
    expect(await runs(functions, 2)).toEqual(before);
    expect(before.every((run) => run.endsWith(' 1'))).toBe(true);
    expect(functions.probe.attempts('/steady')).toEqual([1]);
  });
});

function signedPart(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  const names = ['content-type', 'webhook-id', 'webhook-timestamp', 'webhook-signature'];
  return Object.fromEntries(names.map((name) => [name, String(headers[name])]));
}
