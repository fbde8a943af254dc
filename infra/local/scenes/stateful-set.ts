import { delay } from '../../../settings/ambient/delay.ts';
import { randomSuffix } from '../ambient/ids.ts';
import {
  type Controller,
  deletePod,
  findPod,
  newController,
  type Stage,
  untilReady,
  waitUntil,
} from './stage.ts';

const NAMESPACE = 'shop';
const NAME = 'db';
const REPLICAS = 3;
const EVERY_MS = 90_000;
const LONGEST_STOP_MS = 60_000;

/**
 * A StatefulSet: its Pods come one after the other, each when the one before is ready, and a minute and a half later a new
 * revision takes their place, the last one first. A Pod comes again under its name only when the old one is gone.
 *
 * @see kubernetes/pkg/controller/statefulset/stateful_set_control.go
 */
export async function statefulSet(stage: Stage): Promise<never> {
  const controller = newController(stage, { apiVersion: 'apps/v1', kind: 'StatefulSet', name: NAME });
  const indexes = Array.from({ length: REPLICAS }, (_, index) => index);
  let revision = newRevision(stage);
  for (const index of indexes) await ensure(stage, controller, { index, revision });
  for (;;) {
    await delay(stage.clock, EVERY_MS);
    revision = newRevision(stage);
    for (const index of indexes.toReversed()) {
      deletePod(stage, NAMESPACE, podName(index));
      await waitUntil(stage, () => findPod(stage, NAMESPACE, podName(index)) === null, LONGEST_STOP_MS);
      await ensure(stage, controller, { index, revision });
    }
  }
}

type Member = { readonly index: number; readonly revision: string };

async function ensure(stage: Stage, controller: Controller, { index, revision }: Member): Promise<void> {
  const name = podName(index);
  if (findPod(stage, NAMESPACE, name) === null) {
    stage.cluster.applyManifest({
      metadata: {
        name,
        namespace: NAMESPACE,
        generateName: `${NAME}-`,
        labels: {
          app: NAME,
          'apps.kubernetes.io/pod-index': String(index),
          'controller-revision-hash': revision,
          'statefulset.kubernetes.io/pod-name': name,
        },
        ownerReferences: [{ ...controller, controller: true, blockOwnerDeletion: true }],
      },
      spec: {
        hostname: name,
        terminationGracePeriodSeconds: 20,
        containers: [
          {
            name: NAME,
            image: 'shop/db:16.4',
            command: ['/bin/sh', '-c', "trap 'exit 0' TERM; while true; do sleep 1; done"],
          },
        ],
      },
    });
  }
  await untilReady(stage, NAMESPACE, name);
}

function podName(index: number): string {
  return `${NAME}-${index}`;
}

function newRevision({ random }: Stage): string {
  return `${NAME}-${randomSuffix(random)}${randomSuffix(random)}`;
}
