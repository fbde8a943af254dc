import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Queue } from '@cloudflare/workers-types';
import { Miniflare } from 'miniflare';
import { beforeAll, expect, it } from 'vitest';
import { bundleWorker } from '../../../../functions/build/bundle-worker.ts';
import type { HandoffMessage } from '../../../../functions/ingress/handoff.ts';
import { COMPATIBILITY_DATE } from '../../../../functions/platforms/cloudflare/local/bridge-worker.ts';
import {
  createQueueHandoff,
  QUEUE_BODY_LIMIT_BYTES,
} from '../../../../functions/platforms/cloudflare/queue.ts';
import { closeOnce } from '../../../../settings/ambient/close-once.ts';
import { handoffSuite } from './handoff-suite.ts';
import type { DeadMessage, OpenedHandoff } from './opened-handoff.ts';
import { createScriptedConsumer } from './scripted-consumer.ts';

const ENTRY = fileURLToPath(new URL('./queue-worker.ts', import.meta.url));
const SENDER = 'export default { fetch: () => new Response() }';
let script = '';
beforeAll(async () => {
  ({ script } = await bundleWorker(ENTRY));
});

/**
 * The queues of workerd. Miniflare begins to deliver at once and keeps them in memory: what a stop of Cloudflare's own
 * machines leaves of a message cannot be shown here.
 */
async function openQueues(): Promise<OpenedHandoff> {
  const consumer = createScriptedConsumer();
  const dead: DeadMessage[] = [];
  const server = await serveConsumer(consumer.consume, (letter) => dead.push(letter));
  const queues = { EVENTS: 'events', DEAD_LETTERS: 'dead-letters' };
  const miniflare = new Miniflare({
    cf: false,
    workers: [
      { name: 'sender', modules: true, script: SENDER, queueProducers: queues },
      {
        name: 'consumer',
        modules: true,
        script,
        compatibilityDate: COMPATIBILITY_DATE,
        bindings: { CONSUMER_URL: server.url },
        queueProducers: queues,
        queueConsumers: {
          events: { maxBatchSize: 10, maxBatchTimeout: 0, maxRetries: 50 },
          'dead-letters': { maxBatchTimeout: 0 },
        },
      },
    ],
  });
  const dispose = closeOnce(() => miniflare.dispose());
  const producer = await miniflare.getQueueProducer('EVENTS', 'sender');
  return {
    handoff: createQueueHandoff(producer as unknown as Queue<HandoffMessage>),
    consumer,
    limitBytes: QUEUE_BODY_LIMIT_BYTES,
    // The binding has returned; nothing of the sender is needed any more.
    loseSender: async () => {},
    deliver: async () => {},
    // All of workerd: a binding whose queue alone is gone cannot be had.
    loseQueue: dispose,
    deadLetters: async () => dead,
    close: async () => {
      await dispose();
      await server.close();
    },
  };
}

handoffSuite('a Cloudflare Queue', openQueues);

it('throws when the queue refuses a message, here as too large', async () => {
  const { handoff, consumer, close } = await openQueues();
  const message = { body: new Uint8Array(128_001), receivedAtMs: 0 };
  await expect(handoff.enqueue(message)).rejects.toThrow(/128000/);
  expect(consumer.seen('')).toEqual([]);
  await close();
});

/** The consumer, and where dead letters are told, for a Worker to call. */
async function serveConsumer(
  consume: (message: HandoffMessage) => Promise<object>,
  bury: (letter: DeadMessage) => void,
) {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { reason, ...facts } = JSON.parse(String(request.headers['x-facts']));
    const message = { body: new Uint8Array(Buffer.concat(chunks)), ...facts } as HandoffMessage;
    if (request.url === '/dead') bury({ message, reason });
    response.end(JSON.stringify(request.url === '/message' ? await consume(message) : {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the consumer has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
