import type { MessageBatch } from '@cloudflare/workers-types';
import { platformAmbient } from '../../../functions/ambient/ambient.ts';
import type { HandoffMessage } from '../../../functions/ingress/handoff.ts';
import type { D1Binding } from '../../../functions/platforms/cloudflare/bindings.ts';
import { createWorker } from '../../../functions/platforms/cloudflare/create-worker.ts';
import type { WorkerEnv } from '../../../functions/platforms/cloudflare/worker-env.ts';
import { createWallClock } from '../../support/wall-clock.ts';
import { registerTestHandlers } from './test-handlers.ts';

export { Claims } from '../../../functions/platforms/cloudflare/claims/claims-object.ts';

type TestEnv = WorkerEnv & { readonly CLOCK_AHEAD_MS?: string; readonly PROBE_URL: string };

let aheadMs = 0;
const worker = createWorker(
  registerTestHandlers,
  platformAmbient({ clock: createWallClock(() => Date.now() + aheadMs) }),
);

/** The Worker, whose writes to the audit trail wait for `PROBE_URL/audit`, and whose clock can be ahead. */
export default {
  fetch: worker.fetch,
  queue: (batch: MessageBatch<HandoffMessage>, env: TestEnv) => {
    aheadMs = Number(env.CLOCK_AHEAD_MS ?? 0);
    return worker.queue(batch, { ...env, AUDIT: waiting(env) });
  },
};

function waiting({ AUDIT, PROBE_URL }: TestEnv): D1Binding {
  return {
    prepare: (text) => AUDIT.prepare(text),
    batch: async (statements) => {
      const response = await fetch(`${PROBE_URL}/audit`, { method: 'POST' });
      await response.body?.cancel();
      return AUDIT.batch(statements);
    },
  };
}
