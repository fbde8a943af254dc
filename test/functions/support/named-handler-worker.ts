import { createAudit } from '../../../functions/audit/audit-handler.ts';
import { createWorker } from '../../../functions/platforms/cloudflare/create-worker.ts';
import { HOOKS } from '../../../protocol/event/event-type.ts';

export { Claims } from '../../../functions/platforms/cloudflare/claims/claims-object.ts';

/** The Worker with a handler that is registered without a name. */
export default createWorker((hooks, { audit, now }) => {
  hooks.on(HOOKS, {}, createAudit(audit, now), { name: 'audit' });
  hooks.on('postStart', {}, async function pageSomebody() {});
});
