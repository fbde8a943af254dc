/**
 * The one export of the runtime's own module that is used here. The official declaration comes only together with
 * all global types of Workers, which contradict those of Node.
 *
 * @see https://developers.cloudflare.com/durable-objects/api/base/
 */
declare module 'cloudflare:workers' {
  export abstract class DurableObject<Env = unknown> {
    protected readonly ctx: import('@cloudflare/workers-types').DurableObjectState;
    protected readonly env: Env;
    constructor(ctx: import('@cloudflare/workers-types').DurableObjectState, env: Env);
    alarm?(): Promise<void>;
  }
}
