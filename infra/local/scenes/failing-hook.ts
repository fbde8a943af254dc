import { delay } from '../../../settings/ambient/delay.ts';
import { createReplica } from './deployment.ts';
import type { Stage } from './stage.ts';

const LOOK_EVERY_MS = 2_000;

/** A container whose postStart hook fails, so that the kubelet kills it and starts it again at the back-off. */
export async function failingHook(stage: Stage): Promise<never> {
  const replica = createReplica(stage, {
    app: 'mailer',
    spec: {
      containers: [
        {
          name: 'mailer',
          image: 'shop/mailer:1.0.1',
          lifecycle: { postStart: { exec: { command: ['/bin/sh', '-c', 'sleep 1; exit 1'] } } },
        },
      ],
    },
  });
  for (;;) {
    replica.ensure();
    await delay(stage.clock, LOOK_EVERY_MS);
  }
}
