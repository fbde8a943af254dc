import { createWorker } from '../../../functions/entry/create-worker.ts';
import { createAudit } from '../../../functions/handlers/audit.ts';
import { HOOKS } from '../../../protocol/event-type.ts';

export { Claims } from '../../../functions/store/claims-object.ts';

/** The Worker with a handler that is registered without a name. */
export default createWorker((hooks, { audit, now }) => {
  hooks.on(HOOKS, {}, createAudit(audit, now), { name: 'audit' });
  hooks.on('postStart', {}, async function pageSomebody() {});
});
