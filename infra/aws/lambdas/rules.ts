import { type EventBus, Match, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { EVENTBRIDGE_SOURCE } from '../../../protocol/eventbridge/eventbridge-entry.ts';

/** What each rule takes: the beginnings of the CloudEvents type, which is the detail-type. */
const DETAIL_TYPES = {
  ContainerRule: ['dev.offhook.container.'],
  BridgeRule: ['dev.offhook.watch.', 'dev.offhook.subscription.'],
} as const;

const DESCRIPTIONS = {
  ContainerRule: 'Hooks of containers',
  BridgeRule: 'What concerns the bridge itself: gaps and disabled subscriptions',
} as const;

/** The longest and the most there is, said plainly: what did not get through in a day goes to the dead letters. */
const OLDEST_EVENT = Duration.hours(24);
const RETRIES = 185;

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html */
export function createRules(
  scope: Construct,
  {
    bus,
    target,
    undelivered,
  }: { readonly bus: EventBus; readonly target: LambdaFunction; readonly undelivered: Queue },
): Rule[] {
  return (['ContainerRule', 'BridgeRule'] as const).map(
    (id) =>
      new Rule(scope, id, {
        description: DESCRIPTIONS[id],
        eventBus: bus,
        eventPattern: {
          source: [EVENTBRIDGE_SOURCE],
          detailType: DETAIL_TYPES[id].flatMap((prefix) => Match.prefix(prefix)),
        },
        targets: [
          new LambdaTarget(target, {
            deadLetterQueue: undelivered,
            maxEventAge: OLDEST_EVENT,
            retryAttempts: RETRIES,
          }),
        ],
      }),
  );
}
