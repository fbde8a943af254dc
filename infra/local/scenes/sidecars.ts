import { delay } from '../../../settings/ambient/delay.ts';
import { randomSuffix } from '../ambient/ids.ts';
import { isTerminal } from '../objects/pod.ts';
import { createPod, deletePod, findPod, newController, type Stage, waitUntil } from './stage.ts';

const NAMESPACE = 'batch';
const EVERY_MS = 60_000;
const LONGEST_RUN_MS = 45_000;
const KEPT = 2;

/**
 * A Job a minute with a native sidecar (an init container that keeps running, KEP-753): it starts before the Job's own
 * container, and is stopped when that has ended. The last two stay.
 */
export async function sidecars(stage: Stage): Promise<never> {
  const finished: string[] = [];
  for (;;) {
    const name = `import-${randomSuffix(stage.random)}`;
    const controller = newController(stage, { apiVersion: 'batch/v1', kind: 'Job', name });
    const labels = { app: 'import', 'batch.kubernetes.io/job-name': name };
    const pod = createPod(stage, controller, { namespace: NAMESPACE, labels, spec: SPEC });
    const ended = () => {
      const found = findPod(stage, NAMESPACE, pod);
      return found === null || isTerminal(found);
    };
    await waitUntil(stage, ended, LONGEST_RUN_MS);
    finished.push(pod);
    for (const old of finished.splice(0, finished.length - KEPT)) deletePod(stage, NAMESPACE, old);
    await delay(stage.clock, EVERY_MS);
  }
}

const SPEC = {
  restartPolicy: 'Never',
  initContainers: [{ name: 'proxy', image: 'batch/proxy:2.3', restartPolicy: 'Always' }],
  containers: [
    { name: 'import', image: 'batch/import:5.1', command: ['/bin/sh', '-c', 'echo importing; sleep 12'] },
  ],
};
