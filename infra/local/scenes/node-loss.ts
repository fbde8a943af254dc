import { delay } from '../../../settings/ambient/delay.ts';
import { createReplica } from './deployment.ts';
import { deletePod, findPod, type Stage, untilReady, waitUntil } from './stage.ts';

const NAMESPACE = 'shop';
const STEADY_MS = 30_000;
/** A node is unreachable after 50 s, and these Pods tolerate that for half a minute. */
const TOLERATION_SECONDS = 30;
const LONGEST_EVICTION_MS = 120_000;
/** Until whoever runs the machines takes the Node away. */
const UNTIL_REMOVED_MS = 30_000;
const LONGEST_COLLECTION_MS = 120_000;

/**
 * A node that loses its power, with the timing of a real control plane: after 50 s its Pods are not ready, after their
 * toleration (30 s here, 5 min by default) they are marked for deletion and others start elsewhere. Nobody is there to end
 * them, so they stay until their Node is removed, and are collected then: nobody ever knows how they ended. Then another
 * node comes, for the next time.
 */
export async function nodeLoss(stage: Stage): Promise<never> {
  const { cluster, clock } = stage;
  const replica = createReplica(stage, { app: 'ledger', spec: SPEC });
  for (let spare = 1; ; spare += 1) {
    const node = `spare${spare}`;
    cluster.nodes.add(node);
    const name = replica.ensureOn(node);
    await untilReady(stage, NAMESPACE, name);
    await delay(clock, STEADY_MS);
    cluster.nodes.lose(node);
    const find = () => findPod(stage, NAMESPACE, name);
    await waitUntil(stage, () => find()?.metadata.deletionTimestamp !== undefined, LONGEST_EVICTION_MS);
    const elsewhere = replica.ensure();
    await delay(clock, UNTIL_REMOVED_MS);
    cluster.nodes.remove(node);
    await waitUntil(stage, () => find() === null, LONGEST_COLLECTION_MS);
    await delay(clock, STEADY_MS);
    deletePod(stage, NAMESPACE, elsewhere);
  }
}

const SPEC = {
  terminationGracePeriodSeconds: 10,
  containers: [{ name: 'ledger', image: 'shop/ledger:3.3.0' }],
  tolerations: [
    {
      key: 'node.kubernetes.io/unreachable',
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: TOLERATION_SECONDS,
    },
  ],
};
