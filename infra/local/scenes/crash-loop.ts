import { delay } from '../../../settings/ambient/delay.ts';
import { randomSuffix } from '../ambient/ids.ts';
import { createPod, findPod, newController, type Stage } from './stage.ts';

const NAMESPACE = 'shop';
const LOOK_EVERY_MS = 2_000;

/**
 * A container that ends with 1 a few seconds after each start, restarted at the kubelet's back-off: 10 s, doubled each
 * time, at most 5 min. A Pod that somebody deletes is replaced, as its ReplicaSet would.
 */
export async function crashLoop(stage: Stage): Promise<never> {
  const hash = `${randomSuffix(stage.random)}${randomSuffix(stage.random)}`;
  const name = `billing-${hash}`;
  const controller = newController(stage, { apiVersion: 'apps/v1', kind: 'ReplicaSet', name });
  const pod = {
    namespace: NAMESPACE,
    labels: { app: 'billing', 'pod-template-hash': hash },
    spec: { containers: [{ name: 'billing', image: 'shop/billing:2.7.1', command: COMMAND }] },
  };
  for (let current = createPod(stage, controller, pod); ; ) {
    await delay(stage.clock, LOOK_EVERY_MS);
    const found = findPod(stage, NAMESPACE, current);
    if (found === null || found.metadata.deletionTimestamp !== undefined) {
      current = createPod(stage, controller, pod);
    }
  }
}

const COMMAND = ['/bin/sh', '-c', 'echo connecting to the database; sleep 3; echo no route to host; exit 1'];
