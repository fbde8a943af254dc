import { createWorker } from '../../../functions/entry/create-worker.ts';
import { registerStrayHandlers } from './stray-handlers.ts';

/** The Worker with handlers that forget an `await`. */
export { Claims } from '../../../functions/store/claims-object.ts';
export default createWorker(registerStrayHandlers);
