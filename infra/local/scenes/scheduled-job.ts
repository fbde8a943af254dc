import { delay } from '../../../settings/ambient/delay.ts';
import { isTerminal } from '../objects/pod.ts';
import { createPod, deletePod, findPod, newController, type Stage, waitUntil } from './stage.ts';

const NAMESPACE = 'batch';
const EVERY_MS = 60_000;
const LONGEST_RUN_MS = 45_000;
/** Of a CronJob's `successfulJobsHistoryLimit`: finished Pods that stay to be looked at. */
const KEPT = 3;
const MINUTE_MS = 60_000;

/** A Job a minute that runs to its end, every second time after an init container; the last three stay. */
export async function scheduledJob(stage: Stage): Promise<never> {
  const finished: string[] = [];
  for (let run = 0; ; run += 1) {
    const startedAtMs = stage.clock.nowMs();
    const pod = startJob(stage, { withInit: run % 2 === 1 });
    await waitUntil(stage, () => hasEnded(stage, pod), LONGEST_RUN_MS);
    finished.push(pod);
    for (const old of finished.splice(0, finished.length - KEPT)) deletePod(stage, NAMESPACE, old);
    await delay(stage.clock, Math.max(0, startedAtMs + EVERY_MS - stage.clock.nowMs()));
  }
}

function startJob(stage: Stage, { withInit }: { readonly withInit: boolean }): string {
  // A CronJob names its Jobs after the minute they were due.
  const name = `report-${Math.floor(stage.clock.nowMs() / MINUTE_MS)}`;
  const controller = newController(stage, { apiVersion: 'batch/v1', kind: 'Job', name });
  return createPod(stage, controller, {
    namespace: NAMESPACE,
    labels: { app: 'report', 'batch.kubernetes.io/job-name': name },
    spec: {
      restartPolicy: 'Never',
      ...(withInit ? { initContainers: [FETCH] } : {}),
      containers: [RENDER],
    },
  });
}

const FETCH = { name: 'fetch', image: 'batch/fetch:1.2', command: ['sleep', '4'] };
const RENDER = {
  name: 'render',
  image: 'batch/report:3.0',
  command: ['/bin/sh', '-c', 'echo rendering; sleep 9; echo 42 pages'],
};

function hasEnded(stage: Stage, name: string): boolean {
  const pod = findPod(stage, NAMESPACE, name);
  return pod === null || isTerminal(pod);
}
