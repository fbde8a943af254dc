import { delay } from '../../../settings/ambient/delay.ts';
import { deletePod, findPod, type Stage, unlessGone, untilReady, waitUntil } from './stage.ts';

const NAMESPACE = 'shop';
const NAME = 'hooks-pod';
const LIVES_MS = 15_000;
const PAUSE_MS = 10_000;
const LONGEST_STOP_MS = 60_000;

/** A Pod with both native hooks (infra/local/hooks-pod.yaml), which lives for a quarter of a minute again and again. */
export async function hooksPod(stage: Stage): Promise<never> {
  for (;;) {
    if (findPod(stage, NAMESPACE, NAME) === null) stage.cluster.applyManifest(MANIFEST);
    await untilReady(stage, NAMESPACE, NAME);
    await delay(stage.clock, LIVES_MS);
    unlessGone(() => deletePod(stage, NAMESPACE, NAME));
    await waitUntil(stage, () => findPod(stage, NAMESPACE, NAME) === null, LONGEST_STOP_MS);
    await delay(stage.clock, PAUSE_MS);
  }
}

const MANIFEST = {
  metadata: { name: NAME, namespace: NAMESPACE },
  spec: {
    containers: [
      {
        name: NAME,
        image: 'kennethreitz/httpbin',
        lifecycle: {
          postStart: { exec: { command: ['/bin/sh', '-c', 'echo Hello postStart! > /var/tmp/hello.txt'] } },
          preStop: { exec: { command: ['sleep', '10'] } },
        },
      },
    ],
  },
};
