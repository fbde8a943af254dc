import { expect, it, onTestFinished } from 'vitest';
import { createClients } from '../../../../functions/platforms/aws/clients.ts';
import { BUS_BODY_LIMIT_BYTES } from '../../../../functions/platforms/aws/queue/eventbridge-detail.ts';
import { createEventBridgeHandoff } from '../../../../functions/platforms/aws/queue/eventbridge-handoff.ts';
import { createEventBridgeTarget } from '../../../../functions/platforms/aws/queue/eventbridge-target.ts';
import { parseSqsMessage } from '../../../../functions/platforms/aws/queue/sqs-message.ts';
import { createSqsRetryQueue } from '../../../../functions/platforms/aws/queue/sqs-retry-queue.ts';
import { serialiseEvent } from '../../../../protocol/event/serialise-event.ts';
import { createVerifier } from '../../../../protocol/signature/verify.ts';
import { until } from '../../../support/until.ts';
import { postStart } from '../../support/sample-events.ts';
import { SECRET } from '../../support/signed-post.ts';
import type { BusEvent } from '../aws/support/fake-eventbridge.ts';
import { createInvoker } from '../aws/support/lambda-invoker.ts';
import { BUS, DEAD_LETTER_QUEUE, RETRY_QUEUE, startAccount } from '../aws/support/start-account.ts';
import { handoffSuite } from './handoff-suite.ts';
import { createScriptedConsumer } from './scripted-consumer.ts';

const silent = { info: () => {}, warn: () => {}, error: () => {} };

/** The bus, the retry queue and the dead letters of AWS, all faked over HTTP, with the SDK's clients in front of them. */
async function openBus() {
  const consumer = createScriptedConsumer();
  const stored: BusEvent[] = [];
  let hand = (event: BusEvent): void => void stored.push(event);
  const account = await startAccount({}, (event) => hand(event));
  const clients = createClients(account.variables);
  const [sender, sqs] = [clients.eventBridge(), clients.sqs()];
  const urls = { retryQueueUrl: RETRY_QUEUE, deadLetterQueueUrl: DEAD_LETTER_QUEUE };
  const retries = createSqsRetryQueue(sqs, urls);
  const verifier = await createVerifier({ keys: [SECRET] });
  const target = createEventBridgeTarget({ consumer, verifier, retries, log: silent });
  const invoker = createInvoker({ target: () => target, sqs: account.sqs });
  return {
    account,
    stored,
    handoff: createEventBridgeHandoff(sender, BUS),
    consumer,
    limitBytes: BUS_BODY_LIMIT_BYTES,
    loseSender: async () => sender.destroy(),
    deliver: async () => {
      hand = invoker.deliver;
      for (const event of stored.splice(0)) hand(event);
    },
    loseQueue: account.close,
    deadLetters: async () =>
      account.sqs.messages(DEAD_LETTER_QUEUE).map(({ body }) => ({
        message: parseSqsMessage(body),
        reason: String(JSON.parse(body).reason),
      })),
    close: async () => {
      invoker.stop();
      sender.destroy();
      sqs.destroy();
      await account.close();
    },
  };
}

handoffSuite('EventBridge and SQS', openBus);

it('is not done with a message before the bus has given it an id', async () => {
  const opened = await openBus();
  onTestFinished(opened.close);
  const message = { body: serialiseEvent(postStart({ key: 'unanswered' })), receivedAtMs: 1 };
  let unanswered = 1;
  opened.account.server.trouble(() => (unanswered-- > 0 ? 'hang' : undefined));
  let returned = false;
  const enqueued = opened.handoff.enqueue(message).then(() => {
    returned = true;
  });
  await until('the first call', () => opened.account.server.calls.length === 1);
  expect([returned, opened.stored]).toEqual([false, []]);
  await enqueued;
  expect(opened.stored).toHaveLength(1);
});
