/**
 * `offhook/handlers`: the shipped handlers. Each is a module of its own below it, too (`offhook/handlers/cleanup`), so
 * that a bundle holds what it uses.
 */
export { registerHandlers } from '../handlers/register.ts';
export { registerAnnounceCrash } from '../handlers/shipped/announce-crash.ts';
export { registerAnnounceRun } from '../handlers/shipped/announce-run.ts';
export { registerAudit } from '../handlers/shipped/audit.ts';
export { registerCleanup } from '../handlers/shipped/cleanup.ts';
export { registerDeleteObjects } from '../handlers/shipped/delete-objects.ts';
export { registerDeregister } from '../handlers/shipped/deregister.ts';
