import type { MessageBatch, Queue } from '@cloudflare/workers-types';
import type { Consumed } from '../../../../functions/consumer/consumer.ts';
import type { HandoffMessage } from '../../../../functions/ingress/handoff.ts';
import { createQueueConsumer, type DeadLetter } from '../../../../functions/platforms/cloudflare/queue.ts';

type Env = { readonly CONSUMER_URL: string; readonly DEAD_LETTERS: Queue<DeadLetter> };

const silent = { info: () => {}, warn: () => {}, error: () => {} };

/**
 * The consumer's end of the queues in a Worker of its own. What to do with a message, the server at `CONSUMER_URL` says,
 * and what comes out as a dead letter is told there.
 */
export default {
  fetch: () => new Response(null, { status: 404 }),
  queue: async (batch: MessageBatch<HandoffMessage>, env: Env): Promise<void> => {
    if (batch.queue === 'dead-letters') {
      for (const { body } of batch.messages) await tell(env, '/dead', body);
      batch.ackAll();
      return;
    }
    const consumer = {
      consume: async (message: HandoffMessage): Promise<Consumed> =>
        (await tell(env, '/message', message)).json() as Promise<Consumed>,
    };
    const settle = createQueueConsumer({ consumer, deadLetters: env.DEAD_LETTERS, log: silent });
    await Promise.all(batch.messages.map(settle));
  },
};

function tell({ CONSUMER_URL }: Env, path: string, message: HandoffMessage | DeadLetter): Promise<Response> {
  const { body, ...facts } = message;
  // In a header, beside the bytes: `signed`, `receivedAtMs` and `traceparent` hold nothing but ASCII.
  const headers = { 'x-facts': JSON.stringify(facts) };
  return fetch(`${CONSUMER_URL}${path}`, { method: 'POST', body, headers });
}
