import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { createLocalCluster } from '../../infra/local/cluster.ts';
import { createVerifier } from '../../protocol/signature/verify.ts';
import { startWorker } from '../functions/support/start-worker.ts';
import { temporaryDirectory } from '../support/journal-directory.ts';
import { startOffhook } from '../support/offhook-process.ts';
import { startReceiver } from '../support/receiver.ts';
import { until } from '../support/until.ts';
import { SECRET, untilReady, writeWatchConfig } from '../support/watch-config.ts';

const HOOKS = ['preStart', 'postStart', 'preStop', 'postStop'];
const CLUSTER_UID = '11111111-2222-4333-8444-555555555555';

describe('the whole chain', () => {
  it('brings hooks-pod from the API to audit rows: four hooks, signed, in order, with the right ids', {
    timeout: 180_000,
  }, async () => {
    const cluster = await createLocalCluster({ clusterUid: CLUSTER_UID });
    onTestFinished(() => cluster.close());
    const functions = await startWorker({ port: 0, secrets: [SECRET] });
    onTestFinished(() => functions.dispose());
    const tap = await startReceiver();
    const { file, env } = writeWatchConfig(temporaryDirectory(), {
      receivers: { functions: `${functions.url}/events`, tap: tap.url },
    });
    const watcher = startOffhook(['watch', '--config', file, '--server', cluster.url], { env });
    await untilReady(watcher);

    const manifest = parse(
      readFileSync(new URL('../../infra/local/hooks-pod.yaml', import.meta.url), 'utf8'),
    );
    const uid = cluster.applyManifest(manifest).metadata.uid;
    await until('postStart at the tap', () => tap.requests.length >= 2, 10_000);
    const containerId = cluster.getPod('default', 'hooks-pod').status?.containerStatuses?.[0]?.containerID;
    cluster.deletePod('default', 'hooks-pod');
    await until('four events at the tap', () => tap.requests.length >= 4, 20_000);

    const events = tap.requests.map(({ body }) => JSON.parse(body.toString()));
    expect(events.map(({ data }) => data.hook)).toEqual(HOOKS);
    expect(events.map(({ sequence }) => Number(sequence))).toEqual([1, 2, 3, 4]);
    expect(events.map(({ id }) => id)).toEqual(
      HOOKS.map((hook) => idByHand(uid, hook, hook === 'preStart' ? '' : String(containerId))),
    );
    expect(events[2].data.stop).toMatchObject({ trigger: 'podDeleted', gracePeriodSeconds: 30 });
    expect(events[3].data.exit).toMatchObject({ code: 0, reason: 'Completed' });

    const verifier = await createVerifier({ keys: [SECRET] });
    for (const { headers, body } of tap.requests) {
      const read = (name: string) => String(headers[name] ?? '') || null;
      expect(await verifier.verify({ get: read }, body, Date.now())).toMatchObject({ kind: 'verified' });
    }

    const rows = await audited(functions, 4);
    expect(rows.map(({ hook }) => hook).sort()).toEqual([...HOOKS].sort());
    expect(new Set(rows.map(({ eventId }) => eventId))).toEqual(new Set(events.map(({ id }) => id)));
    const runs = rows.flatMap(({ hook, runs }) =>
      runs.map(({ handler, outcome }) => `${hook} ${handler} ${outcome}`),
    );
    expect(runs.sort()).toEqual([
      'postStart announce-run completed',
      'postStart audit completed',
      'postStop audit completed',
      'preStart audit completed',
      'preStop audit completed',
      'preStop cleanup completed',
    ]);

    watcher.kill('SIGTERM');
    expect((await watcher.ended()).code).toBe(0);
  });

  it('loses nothing when the watcher is killed in the middle, and repeats only with the same ids', {
    timeout: 180_000,
  }, async () => {
    const cluster = await createLocalCluster({ clusterUid: CLUSTER_UID });
    onTestFinished(() => cluster.close());
    const tap = await startReceiver();
    const { file, env } = writeWatchConfig(temporaryDirectory(), { receivers: { tap: tap.url } });
    const start = () => startOffhook(['watch', '--config', file, '--server', cluster.url], { env });

    const names = Array.from({ length: 20 }, (_, index) => `pod-${index}`);
    let watcher = start();
    await untilReady(watcher);
    for (const [index, name] of names.entries()) {
      cluster.applyManifest(pod(name));
      // Killed again and again, while Pods come and go, at whatever moment that is for the watcher.
      if (index % 7 !== 6) continue;
      await until(`${index} events`, () => tap.requests.length > index);
      watcher.kill('SIGKILL');
      await watcher.ended();
      watcher = start();
    }
    await until(
      'all Pods run',
      () => names.every((name) => cluster.getPod('default', name).status?.phase === 'Running'),
      15_000,
    );
    const identities = names.map((name) => {
      const { metadata, status } = cluster.getPod('default', name);
      return { uid: metadata.uid, containerId: String(status?.containerStatuses?.[0]?.containerID) };
    });
    for (const name of names.slice(0, 10)) cluster.deletePod('default', name, { gracePeriodSeconds: 1 });
    watcher.kill('SIGKILL');
    await watcher.ended();
    for (const name of names.slice(10)) cluster.deletePod('default', name, { gracePeriodSeconds: 1 });
    watcher = start();

    const expected = identities.flatMap(({ uid, containerId }) => [
      idByHand(uid, 'preStart', ''),
      ...['postStart', 'preStop', 'postStop'].map((hook) => idByHand(uid, hook, containerId)),
    ]);
    const received = () => new Set(tap.requests.map(({ headers }) => String(headers['webhook-id'])));
    await until('every event of every Pod', () => expected.every((id) => received().has(id)), 20_000);
    expect(received()).toEqual(new Set(expected));
    const bodies = Map.groupBy(tap.requests, ({ headers }) => headers['webhook-id']);
    for (const repeated of bodies.values()) {
      expect(new Set(repeated.map(({ body }) => body.toString())).size).toBe(1);
    }
  });
});

async function audited(functions: Awaited<ReturnType<typeof startWorker>>, count: number) {
  const deadline = performance.now() + 15_000;
  for (;;) {
    const rows = await functions.auditRows();
    if (rows.length >= count && rows.every(({ runs }) => runs.length > 0)) return rows;
    if (performance.now() > deadline) throw new Error(`only ${rows.length} audit rows`);
  }
}

/** The id of an event of a container `hooks-pod`, as the design states it, without the product's code. */
function idByHand(podUid: string, hook: string, containerId: string): string {
  const digest = createHash('sha256')
    .update(['offhook.v1', CLUSTER_UID, podUid, 'hooks-pod', hook, containerId].join('\0'))
    .digest();
  const bits = [...digest].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const letters = (bits.match(/.{5}/g) ?? []).map(
    (five) => 'abcdefghijklmnopqrstuvwxyz234567'[Number.parseInt(five, 2)],
  );
  return `evt_${letters.join('')}`.slice(0, 40);
}

function pod(name: string) {
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name },
    spec: {
      containers: [
        {
          name: 'hooks-pod',
          image: 'busybox',
          command: ['/bin/sh', '-c', "trap 'exit 0' TERM; while true; do sleep 0.2; done"],
        },
      ],
    },
  };
}
