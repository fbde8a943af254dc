/**
 * `offhook/cloudflare`: the receiver and its handlers as a Worker.
 *
 * @example
 * export { Claims } from 'offhook/cloudflare';
 * export default createWorker(registerHandlers);
 */
export { Claims } from '../platforms/cloudflare/claims/claims-object.ts';
export { createWorker } from '../platforms/cloudflare/create-worker.ts';
export type { WorkerEnv } from '../platforms/cloudflare/worker-env.ts';
