import { platformAmbient } from '../../../functions/ambient/ambient.ts';
import { Claims as SoundClaims } from '../../../functions/platforms/cloudflare/claims/claims-object.ts';
import { createWorker } from '../../../functions/platforms/cloudflare/create-worker.ts';
import type { WorkerEnv } from '../../../functions/platforms/cloudflare/worker-env.ts';
import { registerTestHandlers } from './test-handlers.ts';

const { log } = platformAmbient();

/** The Worker, which logs how many messages each call of its queue has. Calls fail while `PROBE_URL/queue` says so. */
export class Claims extends SoundClaims {
  constructor(
    ctx: ConstructorParameters<typeof SoundClaims>[0],
    env: WorkerEnv & { readonly PROBE_URL: string },
  ) {
    const sendBatch: WorkerEnv['EVENTS']['sendBatch'] = async (messages) => {
      const all = [...messages];
      log.info({ messages: all.length }, 'sent a batch');
      const { ok } = await fetch(`${env.PROBE_URL}/queue`, { method: 'POST' });
      if (!ok) throw new Error('the queue is down');
      return env.EVENTS.sendBatch(all);
    };
    super(ctx, { ...env, EVENTS: { ...env.EVENTS, sendBatch } });
  }
}

export default createWorker(registerTestHandlers);
