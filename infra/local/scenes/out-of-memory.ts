import { delay } from '../../../settings/ambient/delay.ts';
import { createReplica } from './deployment.ts';
import { FIRST_NODE, findPod, type Stage } from './stage.ts';

const NAMESPACE = 'shop';
const LOOK_EVERY_MS = 1_000;
/** How long its memory lasts. */
const RUNS_MS = 12_000;

/**
 * A container that the kernel kills for its memory, twelve seconds after each start: exit code 137 with the reason
 * `OOMKilled`, restarted at the back-off.
 */
export async function outOfMemory(stage: Stage): Promise<never> {
  const replica = createReplica(stage, {
    app: 'cache',
    spec: {
      nodeSelector: FIRST_NODE,
      containers: [{ name: 'cache', image: 'shop/cache:4.1.0', resources: { limits: { memory: '64Mi' } } }],
    },
  });
  // What is killed still runs in the API until the kubelet has noticed.
  let killed: string | undefined;
  for (;;) {
    const name = replica.ensure();
    await delay(stage.clock, LOOK_EVERY_MS);
    const startedAt = findPod(stage, NAMESPACE, name)?.status.containerStatuses?.[0]?.state.running
      ?.startedAt;
    if (startedAt === undefined || startedAt === killed) continue;
    if (stage.clock.nowMs() - Date.parse(startedAt) < RUNS_MS) continue;
    stage.cluster.kubelet.killForMemory(NAMESPACE, name, 'cache');
    killed = startedAt;
  }
}
