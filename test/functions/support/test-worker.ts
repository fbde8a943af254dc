import type { MessageBatch } from '@cloudflare/workers-types';
import { platformAmbient } from '../../../functions/ambient/ambient.ts';
import type { HandoffMessage } from '../../../functions/ingress/handoff.ts';
import { createWorker } from '../../../functions/platforms/cloudflare/create-worker.ts';
import type { WorkerEnv } from '../../../functions/platforms/cloudflare/worker-env.ts';
import { createWallClock } from '../../support/wall-clock.ts';
import { registerTestHandlers } from './test-handlers.ts';

export { Claims } from '../../../functions/platforms/cloudflare/claims/claims-object.ts';

type TestEnv = WorkerEnv & { readonly CLOCK_AHEAD_MS?: string };

/** The Worker with the tests' handlers and a clock that can be ahead. */
let aheadMs = 0;
const worker = createWorker(
  registerTestHandlers,
  platformAmbient({ clock: createWallClock(() => Date.now() + aheadMs) }),
);

export default {
  fetch: (request: Request, env: TestEnv) => {
    aheadMs = Number(env.CLOCK_AHEAD_MS ?? 0);
    return worker.fetch(request, env);
  },
  queue: (batch: MessageBatch<HandoffMessage>, env: TestEnv) => {
    aheadMs = Number(env.CLOCK_AHEAD_MS ?? 0);
    return worker.queue(batch, env);
  },
};
