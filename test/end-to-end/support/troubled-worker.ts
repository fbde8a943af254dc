import { registerHandlers } from '../../../functions/handlers/register.ts';
import { createWorker } from '../../../functions/platforms/cloudflare/create-worker.ts';

/** The shipped Worker with two handlers more: one takes five seconds, one fails the first time. */
export { Claims } from '../../../functions/platforms/cloudflare/claims/claims-object.ts';
export default createWorker((hooks, env) => {
  registerHandlers(hooks, env);
  hooks.on('preStop', {}, () => new Promise((resolve) => setTimeout(resolve, 10_000)), { name: 'slow' });
  hooks.on(
    'postStart',
    {},
    (_event, { attempt }) => {
      if (attempt === 1) throw new Error('not yet');
    },
    { name: 'failing', retryMs: 1_000 },
  );
});
