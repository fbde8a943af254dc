import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { HandoffMessage } from '../../../ingress/handoff.ts';
import { formatSqsMessage } from './sqs-message.ts';

/** Longest delay of a message: 15 minutes. A longer wait comes back as busy, and is delayed again. */
const MAX_DELAY_SECONDS = 900;

/** Where the target puts what it cannot finish now (`retry`), or ever (`bury`). */
export interface RetryQueue {
  /** @throws when it is not stored. */
  retry(message: HandoffMessage, afterMs: number): Promise<void>;
  /** @throws when it is not stored. */
  bury(message: HandoffMessage, reason: string): Promise<void>;
}

type QueueUrls = { readonly retryQueueUrl: string; readonly deadLetterQueueUrl: string };

/**
 * The retry queue and the dead-letter queue in SQS.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function createSqsRetryQueue(client: Pick<SQSClient, 'send'>, urls: QueueUrls): RetryQueue {
  return {
    retry: async (message, afterMs) => {
      const DelaySeconds = Math.min(Math.ceil(Math.max(afterMs, 0) / 1_000), MAX_DELAY_SECONDS);
      const MessageBody = formatSqsMessage(message);
      await client.send(new SendMessageCommand({ QueueUrl: urls.retryQueueUrl, MessageBody, DelaySeconds }));
    },
    bury: async (message, reason) => {
      const MessageBody = formatSqsMessage(message, reason);
      await client.send(new SendMessageCommand({ QueueUrl: urls.deadLetterQueueUrl, MessageBody }));
    },
  };
}
