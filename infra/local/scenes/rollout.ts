import { delay } from '../../../settings/ambient/delay.ts';
import { randomSuffix } from '../ambient/ids.ts';
import { type Controller, createPod, deletePod, newController, type Stage, untilReady } from './stage.ts';

const NAMESPACE = 'shop';
const REPLICAS = 3;
const EVERY_MS = 60_000;
/** Between two replacements of one rollout, so that they can be told apart. */
const PAUSE_MS = 3_000;

/**
 * Three Pods of a Deployment, replaced one by one by those of a newer ReplicaSet, a rollout a minute: a new one is
 * created, and when it is ready an old one is deleted, which has a preStop hook to run.
 */
export async function rollout(stage: Stage): Promise<never> {
  let replicaSet = newReplicaSet(stage);
  let pods = Array.from({ length: REPLICAS }, () => createReplica(stage, replicaSet, 1));
  for (let revision = 2; ; revision += 1) {
    await delay(stage.clock, EVERY_MS);
    replicaSet = newReplicaSet(stage);
    const old = pods;
    pods = [];
    for (const replaced of old) {
      const created = createReplica(stage, replicaSet, revision);
      pods.push(created);
      await untilReady(stage, NAMESPACE, created);
      deletePod(stage, NAMESPACE, replaced);
      await delay(stage.clock, PAUSE_MS);
    }
  }
}

type ReplicaSet = { readonly controller: Controller; readonly hash: string };

function newReplicaSet(stage: Stage): ReplicaSet {
  const hash = `${randomSuffix(stage.random)}${randomSuffix(stage.random)}`;
  const name = `web-${hash}`;
  return { controller: newController(stage, { apiVersion: 'apps/v1', kind: 'ReplicaSet', name }), hash };
}

function createReplica(stage: Stage, { controller, hash }: ReplicaSet, revision: number): string {
  return createPod(stage, controller, {
    namespace: NAMESPACE,
    labels: { app: 'web', 'pod-template-hash': hash },
    spec: {
      terminationGracePeriodSeconds: 15,
      containers: [
        {
          name: 'web',
          image: `shop/web:1.${revision}.0`,
          lifecycle: { preStop: { exec: { command: ['sleep', '3'] } } },
        },
      ],
    },
  });
}
