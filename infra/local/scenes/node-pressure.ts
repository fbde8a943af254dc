import { delay } from '../../../settings/ambient/delay.ts';
import { createReplica } from './deployment.ts';
import { deletePod, FIRST_NODE, type Stage, unlessGone, untilReady } from './stage.ts';

const NAMESPACE = 'shop';
const EVERY_MS = 120_000;
/** Failed Pods that stay to be looked at. */
const KEPT = 2;

/** A Pod that its node ends for want of memory every two minutes: it fails with the reason `Evicted`, and stays for a while. */
export async function nodePressure(stage: Stage): Promise<never> {
  const replica = createReplica(stage, {
    app: 'thumbnails',
    spec: {
      nodeSelector: FIRST_NODE,
      containers: [{ name: 'thumbnails', image: 'shop/thumbnails:0.8.5' }],
    },
  });
  const failed: string[] = [];
  for (;;) {
    const name = replica.ensure();
    await untilReady(stage, NAMESPACE, name);
    await delay(stage.clock, EVERY_MS);
    unlessGone(() => stage.cluster.kubelet.evictForNodePressure(NAMESPACE, name));
    failed.push(name);
    for (const old of failed.splice(0, failed.length - KEPT)) deletePod(stage, NAMESPACE, old);
    await delay(stage.clock, 5_000);
  }
}
