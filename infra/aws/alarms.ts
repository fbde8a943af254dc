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
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Lambdas } from './lambdas/create-lambdas.ts';
import type { AwsReceiverSettings } from './settings/receiver-settings.ts';
import type { Stores } from './stores/create-stores.ts';

const PERIOD = Duration.minutes(5);

type AlarmSubjects = {
  readonly settings: AwsReceiverSettings['alarms'];
  readonly lambdas: Lambdas;
  readonly stores: Stores;
};

/** An alarm on everything that means: an event was not handled, or will not be in time. No data is no news. */
export function createAlarms(scope: Construct, { settings, lambdas, stores }: AlarmSubjects): void {
  const { receiver, handlers, maintenance, rules } = lambdas;
  const { retry, ...deadLetterQueues } = stores.queues;
  const topic =
    settings.topicArn === undefined ? [] : [Topic.fromTopicArn(scope, 'AlarmTopic', settings.topicArn)];
  const actions = topic.map((each) => new SnsAction(each));
  const alarm: AddAlarm = (id, description, metric, atLeast = 1) =>
    addAlarm(scope, id, { description, metric, atLeast, actions });

  for (const [name, queue] of Object.entries(deadLetterQueues)) {
    const metric = queue.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: 'Maximum' });
    alarm(`${capital(name)}Alarm`, `Messages in the queue ${name}`, metric);
  }
  const functions = { Receiver: receiver.lambda, Handlers: handlers, Maintenance: maintenance };
  for (const [name, lambda] of Object.entries(functions)) {
    alarm(`${name}Errors`, `Lambda ${name} ended with errors`, lambda.metricErrors({ period: PERIOD }));
    alarm(`${name}Throttles`, `Lambda ${name} is throttled`, lambda.metricThrottles({ period: PERIOD }));
  }
  const age = retry.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: 'Maximum' });
  const seconds = settings.retryAgeMinutes * 60;
  alarm('RetryAge', `An event waits for its retry for ${settings.retryAgeMinutes} minutes`, age, seconds);
  addRuleAlarms(rules, stores.bus.eventBusName, alarm);
}

type AddAlarm = (id: string, description: string, metric: IMetric, atLeast?: number) => void;

function addRuleAlarms(rules: readonly Rule[], busName: string, alarm: AddAlarm): void {
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
