import { delay } from '../../../settings/ambient/delay.ts';
import { createReplica } from './deployment.ts';
import { type Stage, unlessGone, untilReady } from './stage.ts';

const NAMESPACE = 'shop';
const EVERY_MS = 60_000;

/** A Pod that is evicted by way of the API a minute, as `kubectl drain` and cluster autoscalers do; another takes its place. */
export async function drain(stage: Stage): Promise<never> {
  const replica = createReplica(stage, {
    app: 'search',
    spec: {
      terminationGracePeriodSeconds: 10,
      containers: [
        {
          name: 'search',
          image: 'shop/search:9.0.2',
          lifecycle: { preStop: { exec: { command: ['sleep', '3'] } } },
        },
      ],
    },
  });
  for (;;) {
    const name = replica.ensure();
    await untilReady(stage, NAMESPACE, name);
    await delay(stage.clock, EVERY_MS);
    unlessGone(() => stage.cluster.evictPod(NAMESPACE, name));
  }
}
