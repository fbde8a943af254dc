/**
 * What is used of Cloudflare's bindings, written down here so that whoever imports the Worker needs no types but their own:
 * those of `@cloudflare/workers-types` and those that `wrangler types` writes both fit.
 */

/** @see https://developers.cloudflare.com/d1/worker-api/d1-database/ */
export interface D1Binding {
  prepare(query: string): D1Prepared;
  batch(statements: D1Prepared[]): Promise<unknown>;
}

/** A statement of D1, before and after its values are bound. */
interface D1Prepared {
  bind(...values: unknown[]): D1Prepared;
  all(): Promise<{ readonly results: Record<string, unknown>[] }>;
}

/** Where messages are put. @see https://developers.cloudflare.com/queues/configuration/javascript-apis/ */
export interface QueueBinding<Body> {
  send(message: Body, options?: { readonly contentType?: 'v8' }): Promise<unknown>;
}

/** One message of a batch, as it is settled. */
export interface QueueMessage<Body> {
  readonly body: Body;
  readonly attempts: number;
  ack(): void;
  retry(options?: { readonly delaySeconds?: number }): void;
}

/** What `queue` is called with. */
export interface QueueBatch<Body> {
  readonly messages: readonly QueueMessage<Body>[];
  retryAll(options?: { readonly delaySeconds?: number }): void;
}
