import { expect, test } from 'vitest';
import { type Synthesized, synthesize } from './synthesize.ts';

const standard = synthesize();

test.each([
  [
    'AWS/SQS',
    'ApproximateNumberOfMessagesVisible',
    ['DeadLetters', 'FailedInvocations', 'FailedMaintenance', 'Undelivered'],
  ],
  ['AWS/SQS', 'ApproximateAgeOfOldestMessage', ['Retry']],
  ['AWS/Lambda', 'Errors', ['Handlers', 'Maintenance', 'Receiver']],
  ['AWS/Lambda', 'Throttles', ['Handlers', 'Maintenance', 'Receiver']],
  ['AWS/Events', 'FailedInvocations', ['BridgeRule', 'ContainerRule']],
  ['AWS/Events', 'InvocationsFailedToBeSentToDlq', ['BridgeRule', 'ContainerRule']],
])('%s %s has an alarm for each of its subjects', (namespace, metric, subjects) => {
  expect(subjectsOf(standard, namespace, metric)).toEqual(subjects);
});

test('every queue but the retry queue is watched for its first message', () => {
  const queues = Object.keys(standard.resources('AWS::SQS::Queue')).map(withoutHash);
  const watched = subjectsOf(standard, 'AWS/SQS', 'ApproximateNumberOfMessagesVisible');
  expect([...watched, 'Retry'].toSorted()).toEqual(queues.toSorted());
});

test('a rule is known by its bus and its name', () => {
  for (const { Properties } of alarmsOn(standard, 'AWS/Events', 'FailedInvocations')) {
    expect(Properties.Dimensions.map(({ Name }: { Name: string }) => Name)).toEqual([
      'EventBusName',
      'RuleName',
    ]);
  }
});

test('an alarm goes off at the first occurrence, and no data is no alarm', () => {
  for (const [id, { Properties }] of Object.entries(standard.resources('AWS::CloudWatch::Alarm'))) {
    expect(Properties, id).toMatchObject({
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: id.startsWith('RetryAge') ? 3600 : 1,
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
    });
  }
});

test('alarms notify the topic of the settings, and their limit is set there', () => {
  const topicArn = 'arn:aws:sns:eu-central-1:123456789012:pager';
  const wired = synthesize(`alarms: { topicArn: "${topicArn}", retryAgeMinutes: 5 }`);
  const alarms = Object.values(wired.resources('AWS::CloudWatch::Alarm'));
  expect(alarms.length).toBeGreaterThan(10);
  for (const { Properties } of alarms) expect(Properties.AlarmActions).toEqual([topicArn]);
  expect(alarmsOn(wired, 'AWS/SQS', 'ApproximateAgeOfOldestMessage')[0]?.Properties.Threshold).toBe(300);
});

function alarmsOn({ resources }: Synthesized, namespace: string, metric: string) {
  return Object.values(resources('AWS::CloudWatch::Alarm')).filter(
    ({ Properties }) => Properties.Namespace === namespace && Properties.MetricName === metric,
  );
}

/** What the alarms on a metric watch, by the names of this stack. */
function subjectsOf(stack: Synthesized, namespace: string, metric: string): string[] {
  return alarmsOn(stack, namespace, metric)
    .map(({ Properties }) => Properties.Dimensions.at(-1).Value)
    .map((value) => withoutHash(value.Ref ?? value['Fn::GetAtt'][0]))
    .toSorted();
}

function withoutHash(id: string): string {
  return id.replace(/[0-9A-F]{8}$/, '');
}
