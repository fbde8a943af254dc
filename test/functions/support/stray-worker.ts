import { createWorker } from '../../../functions/platforms/cloudflare/create-worker.ts';
import { registerStrayHandlers } from './stray-handlers.ts';

/** The Worker with handlers that forget an `await`. */
export { Claims } from '../../../functions/platforms/cloudflare/claims/claims-object.ts';
export default createWorker(registerStrayHandlers);
