import { createWorker } from '../../../functions/platforms/cloudflare/create-worker.ts';
import { registerDeployedHandlers } from './deployed-handlers.ts';

/** The Worker with every kind of handler. */
export { Claims } from '../../../functions/platforms/cloudflare/claims/claims-object.ts';
export default createWorker(registerDeployedHandlers);
