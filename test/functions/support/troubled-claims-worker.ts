import { Claims as SoundClaims } from '../../../functions/platforms/cloudflare/claims/claims-object.ts';
import { createWorker } from '../../../functions/platforms/cloudflare/create-worker.ts';
import { registerTestHandlers } from './test-handlers.ts';

/** The Durable Object, whose calls fail while `PROBE_URL` answers their name, for example `/claims/repeats`, so. */
export class Claims extends SoundClaims {
  override async repeats(...given: Parameters<SoundClaims['repeats']>) {
    await requireUp(this.env, 'repeats');
    return super.repeats(...given);
  }

  override async addReceipt(...given: Parameters<SoundClaims['addReceipt']>) {
    await requireUp(this.env, 'addReceipt');
    return super.addReceipt(...given);
  }

  override async claim(...given: Parameters<SoundClaims['claim']>) {
    await requireUp(this.env, 'claim');
    return super.claim(...given);
  }
}

export default createWorker(registerTestHandlers);

async function requireUp(env: object, call: string): Promise<void> {
  const { PROBE_URL } = env as { readonly PROBE_URL?: string };
  const response = await fetch(`${PROBE_URL}/claims/${call}`, { method: 'POST' });
  await response.body?.cancel();
  if (!response.ok) throw new Error('the claims are down');
}
