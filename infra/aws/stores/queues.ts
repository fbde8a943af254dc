import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/**
 * - `retry`: events whose handlers have to run again, later.
 * - `deadLetters`: events with a handler that gave up, and those the handlers could not even claim.
 * - `undelivered`: what a rule could not hand to the Lambda.
 * - `failedInvocations`: what the Lambda took and failed on, three times.
 * - `failedMaintenance`: maintenance runs that failed.
 */
export type Queues = {
  readonly retry: Queue;
  readonly deadLetters: Queue;
  readonly undelivered: Queue;
  readonly failedInvocations: Queue;
  readonly failedMaintenance: Queue;
};

/** The longest there is; an event then still fits into the 16 days for which claims are remembered. */
const RETENTION = Duration.days(14);
/**
 * A net for a consumer that cannot even claim: how often a handler runs is its own setting, and each run waits in a
 * message of its own. AWS advises 5 or more, so that throttling alone moves nothing to the dead letters.
 */
const MOST_RECEIVES = 10;
/** Six times the function's timeout, as AWS advises, so that a slow batch is not handed out twice. */
const VISIBILITY_TIMEOUTS = 6;

/** @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
export function createQueues(scope: Construct, handlerTimeoutSeconds: number): Queues {
  const deadLetters = createQueue(scope, 'DeadLetters');
  return {
    deadLetters,
    retry: createQueue(scope, 'Retry', {
      visibilityTimeout: Duration.seconds(VISIBILITY_TIMEOUTS * handlerTimeoutSeconds),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: MOST_RECEIVES },
    }),
    undelivered: createQueue(scope, 'Undelivered'),
    failedInvocations: createQueue(scope, 'FailedInvocations'),
    failedMaintenance: createQueue(scope, 'FailedMaintenance'),
  };
}

function createQueue(scope: Construct, id: string, more: QueueProps = {}): Queue {
  return new Queue(scope, id, {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: RETENTION,
    ...more,
  });
}
