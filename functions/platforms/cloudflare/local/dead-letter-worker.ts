import type { Miniflare, WorkerOptions } from 'miniflare';

/** A dead letter as shown to people: which event, and why it was given up. */
export type DeadLetterFacts = { readonly eventId: string; readonly reason: string };

const NAME = 'dead-letters';
const MAX_KEPT = 1_000;

/**
 * Locally, a queue without a consumer drops its messages. This Worker takes the dead ones and keeps the newest
 * thousand, so that they can be looked at.
 */
export function deadLetterWorker(compatibilityDate: string): WorkerOptions {
  return {
    name: NAME,
    modules: true,
    compatibilityDate,
    queueConsumers: { 'offhook-dead-letters': { maxBatchTimeout: 0 } },
    script: `const kept = [];
      const factsOf = ({ body, reason }) => ({
        eventId: JSON.parse(new TextDecoder().decode(body)).id, reason: reason ?? 'retries used up' });
      export default {
        fetch: () => Response.json(kept),
        queue: (batch) => { for (const { body } of batch.messages) kept.push(factsOf(body)); kept.splice(0, kept.length - ${MAX_KEPT}); },
      };`,
  };
}

/** What {@link deadLetterWorker} has kept. */
export async function readDeadLetters(miniflare: Miniflare): Promise<readonly DeadLetterFacts[]> {
  const worker = await miniflare.getWorker(NAME);
  const response = await worker.fetch('http://dead-letters/');
  return (await response.json()) as readonly DeadLetterFacts[];
}
