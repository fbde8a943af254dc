import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import {
  startInWorkerd,
  type WorkerdReceiver,
} from '../../functions/platforms/cloudflare/local/miniflare.ts';
import { createLocalCluster } from '../../infra/local/cluster.ts';
import { temporaryDirectory } from '../support/journal-directory.ts';
import { startOffhook } from '../support/offhook-process.ts';
import { startStopwatch } from '../support/stopwatch.ts';
import { until } from '../support/until.ts';
import { SECRET, untilReady, writeWatchConfig } from '../support/watch-config.ts';

const ENTRY = fileURLToPath(new URL('./support/troubled-worker.ts', import.meta.url));
const POD = {
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: { name: 'web' },
  spec: {
    terminationGracePeriodSeconds: 3,
    containers: [
      {
        name: 'app',
        image: 'busybox',
        command: ['/bin/sh', '-c', "trap 'exit 0' TERM; while true; do sleep 0.2; done"],
        lifecycle: { preStop: { sleep: { seconds: 1 } } },
      },
    ],
  },
};

it('a handler that takes ten seconds or throws changes nothing for the Pod, and the throwing one is tried again', {
  timeout: 180_000,
}, async () => {
  const alone = await lifeOfPod(null);
  const functions = await startInWorkerd({ port: 0, secrets: [SECRET], entryFile: ENTRY });
  onTestFinished(() => functions.dispose());
  const watched = await lifeOfPod(functions);

  // preStop sleeps 1 s; a native hook of 10 s would have used up the grace period of 3 s and ended in 137.
  expect(watched.states).toEqual(alone.states);
  expect(watched.states.at(-1)).toBe('DELETED terminated 0');
  expect(Math.abs(watched.deletionMs - alone.deletionMs)).toBeLessThan(1_500);

  const runs = await runsOf(
    functions,
    (all) => all.includes('slow 1 completed') && all.includes('failing 2 completed'),
  );
  expect(runs).toContain('failing 1 failed');
  expect(runs.filter((run) => run.startsWith('slow'))).toEqual(['slow 1 completed']);
  expect(watched.deletedAtMs).toBeLessThan(await slowEndedAt(functions));
});

/** Runs the Pod through its life, watched or not, and tells what the API showed and how long the deletion took. */
async function lifeOfPod(functions: WorkerdReceiver | null) {
  const cluster = await createLocalCluster();
  onTestFinished(() => cluster.close());
  const states: string[] = [];
  cluster.api.onChange('pods', ({ type, object }) => {
    const { containerStatuses } = (object.status ?? {}) as {
      containerStatuses?: { state: Record<string, { exitCode?: number }> }[];
    };
    const [kind = '-', detail] = Object.entries(containerStatuses?.[0]?.state ?? {})[0] ?? [];
    const state = `${type} ${kind} ${detail?.exitCode ?? ''}`.trim();
    if (states.at(-1) !== state) states.push(state);
  });
  if (functions) {
    const { file, env } = writeWatchConfig(temporaryDirectory(), {
      receivers: { functions: `${functions.url}/events` },
    });
    await untilReady(startOffhook(['watch', '--config', file, '--server', cluster.url], { env }));
  }
  cluster.applyManifest(POD);
  await until('the Pod runs', () => states.some((state) => state.includes('running')), 10_000);
  const elapsedMs = startStopwatch();
  cluster.deletePod('default', 'web');
  await until('the Pod is gone', () => states.some((state) => state.startsWith('DELETED')), 10_000);
  return { states, deletionMs: elapsedMs(), deletedAtMs: Date.now() };
}

async function runsOf(
  functions: WorkerdReceiver,
  enough: (runs: readonly string[]) => boolean,
): Promise<readonly string[]> {
  const deadline = performance.now() + 90_000;
  for (;;) {
    const rows = await functions.auditRows();
    const runs = rows.flatMap((row) => row.runs.map((run) => `${run.handler} ${run.attempt} ${run.outcome}`));
    if (enough(runs)) return runs;
    if (performance.now() > deadline) throw new Error(`the runs were: ${runs.join(', ')}`);
  }
}

async function slowEndedAt(functions: WorkerdReceiver): Promise<number> {
  const runs = (await functions.auditRows()).flatMap((row) => row.runs);
  return runs.find(({ handler }) => handler === 'slow')?.finishedAtMs ?? 0;
}
