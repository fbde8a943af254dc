import {
  Alarm,
  ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Rule } from 'aws-cdk-lib/aws-events';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Queues } from './queues.ts';
import type { AwsSettings } from './settings.ts';

const PERIOD = Duration.minutes(5);

export type AlarmSubjects = {
  readonly settings: AwsSettings['alarms'];
  readonly lambdas: Readonly<Record<string, LambdaFunction>>;
  readonly queues: Queues;
  readonly rules: readonly Rule[];
  readonly busName: string;
};

/** An alarm on everything that means: an event was not handled, or will not be in time. No data is no news. */
export function createAlarms(scope: Construct, subjects: AlarmSubjects): void {
  const { settings, lambdas, queues, rules, busName } = subjects;
  const { retry, ...deadLetterQueues } = queues;
  const topic =
    settings.topicArn === undefined ? [] : [Topic.fromTopicArn(scope, 'AlarmTopic', settings.topicArn)];
  const actions = topic.map((each) => new SnsAction(each));
  const alarm = (id: string, description: string, metric: IMetric, atLeast = 1): void =>
    addAlarm(scope, id, { description, metric, atLeast, actions });

  for (const [name, queue] of Object.entries(deadLetterQueues)) {
    const metric = queue.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: 'Maximum' });
    alarm(`${capital(name)}Alarm`, `Messages in the queue ${name}`, metric);
  }
  for (const [name, lambda] of Object.entries(lambdas)) {
    alarm(`${name}Errors`, `Lambda ${name} ended with errors`, lambda.metricErrors({ period: PERIOD }));
    alarm(`${name}Throttles`, `Lambda ${name} is throttled`, lambda.metricThrottles({ period: PERIOD }));
  }
  const age = retry.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: 'Maximum' });
  const seconds = settings.retryAgeMinutes * 60;
  alarm('RetryAge', `An event waits for its retry for ${settings.retryAgeMinutes} minutes`, age, seconds);
  for (const rule of rules) {
    for (const [metricName, what] of Object.entries(RULE_METRICS)) {
      const dimensionsMap = { EventBusName: busName, RuleName: rule.ruleName };
      const metric = new Metric({
        namespace: 'AWS/Events',
        metricName,
        dimensionsMap,
        period: PERIOD,
        statistic: 'Sum',
      });
      alarm(`${rule.node.id}${metricName}`, `Rule ${rule.node.id}: ${what}`, metric);
    }
  }
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html */
const RULE_METRICS = {
  FailedInvocations: 'its target could not be invoked',
  InvocationsFailedToBeSentToDlq: 'an event is lost, its dead-letter queue did not take it',
} as const;

function addAlarm(
  scope: Construct,
  id: string,
  {
    description,
    metric,
    atLeast,
    actions,
  }: {
    readonly description: string;
    readonly metric: IMetric;
    readonly atLeast: number;
    readonly actions: readonly IAlarmAction[];
  },
): void {
  const created = new Alarm(scope, id, {
    alarmDescription: `Offhook: ${description}`,
    metric,
    threshold: atLeast,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  created.addAlarmAction(...actions);
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
