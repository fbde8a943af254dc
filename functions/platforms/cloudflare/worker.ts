import { registerHandlers } from '../../handlers/register.ts';
import { createWorker } from './create-worker.ts';

/** Cloudflare Workers: the module `wrangler.toml` names. */
export { Claims } from './claims/claims-object.ts';
export default createWorker(registerHandlers);
