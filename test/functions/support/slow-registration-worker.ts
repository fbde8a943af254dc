import { createWorker } from '../../../functions/platforms/cloudflare/create-worker.ts';
import { registerSlowly } from './slow-registration.ts';

/** The Worker whose handlers are registered after a call. */
export { Claims } from '../../../functions/platforms/cloudflare/claims/claims-object.ts';
export default createWorker(registerSlowly);
