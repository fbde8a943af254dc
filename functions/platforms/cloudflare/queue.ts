import { describeError } from '../../../settings/ambient/describe-error.ts';
import type { Log } from '../../ambient/log.ts';
import type { Consumed, Consumer } from '../../consumer/consumer.ts';
import type { Handoff, HandoffMessage } from '../../ingress/handoff.ts';
import { messageFields } from '../../ingress/message-fields.ts';
import type { QueueBinding, QueueMessage } from './bindings.ts';

/**
 * A queue message holds 128 000 bytes with its own overhead; the largest event Offhook sends has 65 536.
 *
 * @see https://developers.cloudflare.com/queues/platform/limits/
 */
export const QUEUE_BODY_LIMIT_BYTES = 120_000;

/** Longest delay a queue accepts: twelve hours. */
const MAX_DELAY_SECONDS = 43_200;
/** Wait after an error of the platform itself, for example an unreachable Durable Object. */
const PLATFORM_ERROR_DELAY_SECONDS = 10;

/** An event all of whose handlers are settled, at least one of them without success. */
export type DeadLetter = HandoffMessage & { readonly reason: string };

/** Hands off to a Cloudflare Queue: `send` returns once the message is stored. */
export function createQueueHandoff(queue: QueueBinding<HandoffMessage>): Handoff {
  return {
    enqueue: async (message) => {
      // v8 keeps the bytes as they are; JSON would make them a third larger or lose them.
      await queue.send(message, { contentType: 'v8' });
    },
  };
}

type QueueConsumerDeps = {
  readonly consumer: Consumer;
  readonly deadLetters: QueueBinding<DeadLetter>;
  readonly log: Log;
};

/**
 * Settles one message of a batch: acknowledged when done or moved to the dead letters, retried otherwise. Never
 * throws, so that one message cannot have its neighbours delivered again.
 */
export function createQueueConsumer({ consumer, deadLetters, log }: QueueConsumerDeps) {
  return async function settleMessage(message: QueueMessage<HandoffMessage>): Promise<void> {
    try {
      await settle(message, await consumer.consume(message.body));
    } catch (error) {
      const attempt = { attempt: message.attempts, cause: describeError(error) };
      log.error({ ...messageFields(message.body), ...attempt }, 'could not consume a message');
      message.retry({ delaySeconds: PLATFORM_ERROR_DELAY_SECONDS });
    }
  };

  async function settle(message: QueueMessage<HandoffMessage>, consumed: Consumed): Promise<void> {
    switch (consumed.kind) {
      case 'done':
        return message.ack();
      case 'retry': {
        const delaySeconds = Math.min(Math.ceil(consumed.afterMs / 1_000), MAX_DELAY_SECONDS);
        return message.retry({ delaySeconds });
      }
      case 'dead':
        await deadLetters.send({ ...message.body, reason: consumed.reason }, { contentType: 'v8' });
        log.error(
          { ...messageFields(message.body), reason: consumed.reason },
          'moved an event to the dead letters',
        );
        return message.ack();
    }
  }
}
