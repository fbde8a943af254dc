import { createWorker } from '../../../functions/entry/create-worker.ts';
import { registerSlowly } from './slow-registration.ts';

/** The Worker whose handlers are registered after a call. */
export { Claims } from '../../../functions/store/claims-object.ts';
export default createWorker(registerSlowly);
