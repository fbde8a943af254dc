import { setTimeout as sleep } from 'node:timers/promises';
import type { SQSEvent } from 'aws-lambda';
import type { createLambdaRunner } from '../../../../../functions/platforms/aws/run.ts';
import type { BusEvent } from './fake-eventbridge.ts';
import type { createFakeSqs } from './fake-sqs.ts';
import { DEAD_LETTER_QUEUE, RETRY_QUEUE } from './start-account.ts';

type Target = ReturnType<typeof createLambdaRunner>;

/** Lambda waits a minute, then two; here it does not take that long. */
const ASYNC_RETRY_MS = [50, 100];
const VISIBILITY_MS = 60_000;
const POLL_MS = 10;
/** Every third event comes twice: EventBridge promises at least once. */
const TWICE_EVERY = 3;

export type InvokerOptions = {
  readonly target: () => Target;
  readonly sqs: ReturnType<typeof createFakeSqs>;
  /** How long a message that was not settled stays invisible. */
  readonly visibilityMs?: number;
  readonly maxReceiveCount?: number;
};

/**
 * Invokes the target as AWS does: for an event of the bus asynchronously, with two more tries if it fails and the
 * dead-letter queue behind them; for the retry queue in batches, of which only what is not reported as failed goes.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function createInvoker(options: InvokerOptions) {
  const { target, sqs, visibilityMs = VISIBILITY_MS, maxReceiveCount = 5 } = options;
  const stopped = new AbortController();
  let delivered = 0;

  const invokeAsync = async (event: BusEvent) => {
    for (const waitMs of [...ASYNC_RETRY_MS, null]) {
      try {
        await target()(structuredClone(event));
        return;
      } catch {
        if (waitMs === null) break;
        await sleep(waitMs);
      }
    }
    const body = JSON.stringify(event);
    sqs.push(DEAD_LETTER_QUEUE, { messageId: event.id, body, dueAtMs: 0, receiveCount: 0 });
  };

  const pollOnce = async () => {
    const messages = sqs.receive(RETRY_QUEUE, visibilityMs).filter((message) => {
      if (message.receiveCount <= maxReceiveCount) return true;
      sqs.remove(RETRY_QUEUE, message.messageId);
      sqs.push(DEAD_LETTER_QUEUE, message);
      return false;
    });
    if (messages.length === 0) return;
    try {
      const answer = await target()(batchOf(messages));
      const failed = new Set(answer?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      for (const { messageId } of messages) if (!failed.has(messageId)) sqs.remove(RETRY_QUEUE, messageId);
    } catch {
      // The whole batch becomes visible again.
    }
  };

  const poll = async () => {
    while (!stopped.signal.aborted) {
      // Not awaited: batches are worked on side by side, as by several invocations.
      void pollOnce();
      await sleep(POLL_MS);
    }
  };
  void poll();

  return {
    deliver: (event: BusEvent): void => {
      delivered += 1;
      void invokeAsync(event);
      if (delivered % TWICE_EVERY === 0) void invokeAsync(event);
    },
    stop: () => stopped.abort(),
  };
}

/** Messages as an event source mapping hands them over. */
export function batchOf(
  messages: readonly { readonly messageId: string; readonly body: string }[],
): SQSEvent {
  const attributes = {
    ApproximateReceiveCount: '1',
    SentTimestamp: '1795357441000',
    SenderId: 'AIDA',
    ApproximateFirstReceiveTimestamp: '1795357441000',
  };
  return {
    Records: messages.map(({ messageId, body }) => ({
      messageId,
      body,
      receiptHandle: messageId,
      attributes,
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-central-1:123456789012:offhook-retry',
      awsRegion: 'eu-central-1',
    })),
  };
}
