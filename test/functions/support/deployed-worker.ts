import { registerDeleteObjects } from '../../../functions/handlers/shipped/delete-objects.ts';
import { createWorker } from '../../../functions/platforms/cloudflare/create-worker.ts';
import { registerDeployedHandlers } from './deployed-handlers.ts';

/** The Worker with every kind of handler: those that are too large for every Worker are imported. */
export { Claims } from '../../../functions/platforms/cloudflare/claims/claims-object.ts';
export default createWorker(async (hooks, env) => {
  await registerDeployedHandlers(hooks, env);
  registerDeleteObjects(hooks, env);
});
