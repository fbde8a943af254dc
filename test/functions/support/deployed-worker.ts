import { createWorker } from '../../../functions/entry/create-worker.ts';
import { registerDeployedHandlers } from './deployed-handlers.ts';

/** The Worker with every kind of handler. */
export { Claims } from '../../../functions/store/claims-object.ts';
export default createWorker(registerDeployedHandlers);
