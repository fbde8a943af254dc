import { Claims as SoundClaims } from '../../../functions/platforms/cloudflare/claims/claims-object.ts';
import { createWorker } from '../../../functions/platforms/cloudflare/create-worker.ts';
import { registerTestHandlers } from './test-handlers.ts';

/**
 * The Durable Object, of which nothing works while `PROBE_URL` answers the name of that so: `/claims/take`, `/claims/claim`,
 * or only writing new receipts, `/claims/newReceipts`.
 */
export class Claims extends SoundClaims {
  override async take(...given: Parameters<SoundClaims['take']>) {
    await requireUp(this.env, 'take');
    // Opens the tables.
    await this.told('');
    this.ctx.storage.sql.exec('DROP TRIGGER IF EXISTS no_more');
    if (!(await isUp(this.env, 'newReceipts'))) {
      this.ctx.storage.sql.exec(
        `CREATE TRIGGER no_more BEFORE INSERT ON receipts BEGIN SELECT RAISE(FAIL, 'the claims are down'); END`,
      );
    }
    return super.take(...given);
  }

  override async claim(...given: Parameters<SoundClaims['claim']>) {
    await requireUp(this.env, 'claim');
    return super.claim(...given);
  }
}

export default createWorker(registerTestHandlers);

async function requireUp(env: object, call: string): Promise<void> {
  if (!(await isUp(env, call))) throw new Error('the claims are down');
}

async function isUp(env: object, call: string): Promise<boolean> {
  const { PROBE_URL } = env as { readonly PROBE_URL?: string };
  const response = await fetch(`${PROBE_URL}/claims/${call}`, { method: 'POST' });
  await response.body?.cancel();
  return response.ok;
}
