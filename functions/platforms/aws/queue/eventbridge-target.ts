import type { SQSBatchResponse } from 'aws-lambda';
import type { Verifier } from '../../../../protocol/signature/verify.ts';
import { describeError } from '../../../../settings/ambient/describe-error.ts';
import type { Log, LogFields } from '../../../ambient/log.ts';
import type { Consumer } from '../../../consumer/consumer.ts';
import type { HandoffMessage } from '../../../ingress/handoff.ts';
import { messageFields } from '../../../ingress/message-fields.ts';
import { type BusDetail, fromBusDetail } from './eventbridge-detail.ts';
import { parseSqsMessage } from './sqs-message.ts';
import type { RetryQueue } from './sqs-retry-queue.ts';
import type { TargetInput } from './target-input.ts';
import { verifyClaim } from './verify-claim.ts';

/** @property verifier for the signatures that events on the bus claim to have; null: they stay claims. */
type TargetDeps = {
  readonly consumer: Consumer;
  readonly verifier: Verifier | null;
  readonly retries: RetryQueue;
  readonly log: Log;
};

/**
 * Runs the handlers of what the bus or the retry queue delivers, and says what becomes of it:
 *
 * - An attempt failed, or another run holds the claim: into the retry queue, for when it is due.
 * - Given up: among the dead letters, with the reason.
 * - The platform failed (a table, a queue): thrown for an event of the bus, so that Lambda invokes again and then keeps
 *   it in the function's own dead-letter queue; reported by message for a batch, so that its neighbours are done with.
 *
 * Why a retry queue: Lambda repeats a failed asynchronous invocation twice, after one and two minutes. Handlers may ask
 * for twenty attempts and waits of up to an hour, and their neighbours must not run again with them.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function createEventBridgeTarget({ consumer, verifier, retries, log }: TargetDeps) {
  return async function settleDelivery(input: TargetInput): Promise<SQSBatchResponse | undefined> {
    if (!('Records' in input)) {
      await settleClaimed(fromBusDetail(input.detail, input.time));
      return undefined;
    }
    const failed = await Promise.all(
      input.Records.map(async ({ messageId, body }) => {
        try {
          await settleClaimed(parseQueued(body));
          return [];
        } catch (error) {
          log.error({ ...queuedFields(body), cause: describeError(error) }, 'could not consume a message');
          return [{ itemIdentifier: messageId }];
        }
      }),
    );
    return { batchItemFailures: failed.flat() };
  };

  /** A claim that is wrong costs nobody their event: the bus is trusted with more than that. It stays a claim. */
  async function settleClaimed(message: HandoffMessage): Promise<void> {
    const known = await verifyClaim(message, verifier);
    if (verifier !== null && known.signed?.verified === false) {
      log.warn(messageFields(known), 'an event on the bus claims a signature that does not match the keys');
    }
    await settle(known);
  }

  async function settle(message: HandoffMessage): Promise<void> {
    const consumed = await consumer.consume(message);
    switch (consumed.kind) {
      case 'done':
        return;
      case 'retry':
        return retries.retry(message, consumed.afterMs);
      case 'dead':
        await retries.bury(message, consumed.reason);
        log.error(
          { ...messageFields(message), reason: consumed.reason },
          'moved an event to the dead letters',
        );
    }
  }
}

/** What a log line says of it; nothing of what only others can have put there. */
function queuedFields(text: string): LogFields {
  try {
    return messageFields(parseQueued(text));
  } catch {
    return {};
  }
}

/** An event that a rule has put into a queue is the whole EventBridge event, as JSON. */
function parseQueued(text: string): HandoffMessage {
  const { detail, time } = JSON.parse(text) as { readonly detail?: BusDetail; readonly time?: string };
  return detail === undefined || time === undefined ? parseSqsMessage(text) : fromBusDetail(detail, time);
}
