import { createWorker } from '../../../functions/platforms/cloudflare/create-worker.ts';
import { registerResultHandlers } from './result-handlers.ts';

/** The Worker with handlers that return something. */
export { Claims } from '../../../functions/platforms/cloudflare/claims/claims-object.ts';
export default createWorker(registerResultHandlers);
