import { registerHandlers } from '../../functions/handlers/register.ts';
import type { QueueBatch, QueueBinding } from '../../functions/platforms/cloudflare/bindings.ts';
import { createWorker } from '../../functions/platforms/cloudflare/create-worker.ts';
import type { WorkerEnv } from '../../functions/platforms/cloudflare/worker-env.ts';

export { Claims } from '../../functions/platforms/cloudflare/claims/claims-object.ts';

const worker = createWorker(registerHandlers);

/**
 * The Worker as it is shipped, but that nothing is handled; and beside it, at `/floor`, what any Worker does that keeps
 * what it is sent: it reads the body and puts it into the same queue.
 */
export default {
  fetch: (request: Request, env: WorkerEnv) =>
    request.url.endsWith('/floor') ? keep(request, env.EVENTS) : worker.fetch(request, env),
  queue: async (batch: QueueBatch<unknown>) => {
    for (const message of batch.messages) message.ack();
  },
};

async function keep(request: Request, queue: QueueBinding<never>): Promise<Response> {
  const body = new Uint8Array(await request.arrayBuffer());
  await queue.send({ body, receivedAtMs: Date.now() } as never, { contentType: 'v8' });
  return Response.json({ status: 'stored' }, { status: 202 });
}
