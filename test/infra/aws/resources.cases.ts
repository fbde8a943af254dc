import { Match } from 'aws-cdk-lib/assertions';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, test } from 'vitest';
import { EVENT_TYPE } from '../../../protocol/event/event-type.ts';
import { type Resource, synthesize } from './synthesize.ts';

const { template, resources, outputs } = synthesize();
const all = (type: string): [string, Resource][] => {
  const found = Object.entries(resources(type));
  // A check over nothing would pass, too.
  expect(found).not.toEqual([]);
  return found;
};

describe('what is stored', () => {
  test('tables are encrypted, on demand, recoverable, protected and outlive the stack', () => {
    for (const [id, { Properties, DeletionPolicy }] of all('AWS::DynamoDB::Table')) {
      expect(DeletionPolicy, id).toBe('Retain');
      expect(Properties, id).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true },
      });
    }
  });

  test('claims expire, audit records do not', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      TimeToLiveSpecification: Match.absent(),
    });
  });

  test('the audit trail is indexed by time and by Pod', () => {
    const [audit] = Object.values(resources('AWS::DynamoDB::Table')).filter(
      ({ Properties }) => Properties.GlobalSecondaryIndexes !== undefined,
    );
    const keys = audit?.Properties.GlobalSecondaryIndexes.map(
      (index: { IndexName: string; KeySchema: { AttributeName: string }[] }) =>
        [index.IndexName, ...index.KeySchema.map(({ AttributeName }) => AttributeName)].join(' '),
    );
    expect(keys).toEqual(['by-time day at', 'by-pod pod at']);
  });

  test('checkpoints are locked, versioned, encrypted, private, and go over TLS only', () => {
    const [[, bucket]] = all('AWS::S3::Bucket') as [[string, Resource]];
    expect(bucket.DeletionPolicy).toBe('Retain');
    expect(bucket.Properties).toMatchObject({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 400 } } },
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    });
    expect(bucket.Properties.BucketEncryption).toBeDefined();
    expectTlsOnly('AWS::S3::BucketPolicy');
  });

  test('every queue is encrypted, goes over TLS only, and keeps for 14 days', () => {
    const queues = all('AWS::SQS::Queue');
    for (const [id, { Properties }] of queues) {
      expect(Properties, id).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 1_209_600 });
    }
    expect(all('AWS::SQS::QueuePolicy')).toHaveLength(queues.length);
    expectTlsOnly('AWS::SQS::QueuePolicy');
  });

  test('no secret has a value in the template', () => {
    for (const [id, { Properties }] of all('AWS::SecretsManager::Secret')) {
      expect(Properties.SecretString, id).toBeUndefined();
      expect(Properties.GenerateSecretString, id).toBeDefined();
    }
    expect(JSON.stringify(template.toJSON())).not.toMatch(/wh(sec|sk)_[A-Za-z0-9+/]/);
  });

  test('logs end after a month', () => {
    for (const [, { Properties }] of all('AWS::Logs::LogGroup')) expect(Properties.RetentionInDays).toBe(30);
  });

  function expectTlsOnly(policyType: string): void {
    for (const [id, { Properties }] of all(policyType)) {
      expect(Properties.PolicyDocument.Statement, id).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
    }
  }
});

describe('the way of an event', () => {
  test('rules take every type Offhook sends, of its own source, and each exactly once', () => {
    const patterns = all('AWS::Events::Rule').map(([, { Properties }]) => Properties.EventPattern);
    for (const pattern of patterns) expect(pattern.source).toEqual(['dev.offhook']);
    for (const type of Object.values(EVENT_TYPE)) {
      const taking = patterns.filter((pattern) =>
        pattern['detail-type'].some(({ prefix }: { prefix: string }) => type.startsWith(prefix)),
      );
      expect(taking, type).toHaveLength(1);
    }
  });

  test('a rule retries for a day, and what does not get through goes to a dead-letter queue', () => {
    for (const [id, { Properties }] of all('AWS::Events::Rule')) {
      expect(Properties.Targets, id).toEqual([
        expect.objectContaining({
          Arn: arnOf('AWS::Lambda::Function', 'Handlers'),
          DeadLetterConfig: { Arn: arnOf('AWS::SQS::Queue', 'Undelivered') },
          RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
        }),
      ]);
    }
  });

  test('the bus is archived', () => {
    template.hasResourceProperties('AWS::Events::Archive', {
      SourceArn: arnOf('AWS::Events::EventBus', 'Bus'),
      EventPattern: { source: ['dev.offhook'] },
      RetentionDays: 30,
    });
  });

  test('every Lambda that is invoked asynchronously has a dead-letter queue and bounded retries', () => {
    for (const name of ['Handlers', 'Maintenance']) {
      const [, lambda] = find('AWS::Lambda::Function', name);
      expect(lambda.Properties.DeadLetterConfig.TargetArn['Fn::GetAtt'][0]).toMatch(/^Failed/);
    }
    const configs = all('AWS::Lambda::EventInvokeConfig');
    expect(configs).toHaveLength(2);
    for (const [, { Properties }] of configs) {
      expect(Properties).toMatchObject({ MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 21_600 });
    }
  });

  test('a retry is hidden for six times the time that the handlers may take, and ends among the dead letters', () => {
    const [retryId, retry] = find('AWS::SQS::Queue', 'Retry');
    const [, handlers] = find('AWS::Lambda::Function', 'Handlers');
    expect(retry.Properties.VisibilityTimeout).toBeGreaterThanOrEqual(6 * handlers.Properties.Timeout);
    expect(retry.Properties.RedrivePolicy).toEqual({
      deadLetterTargetArn: arnOf('AWS::SQS::Queue', 'DeadLetters'),
      maxReceiveCount: 10,
    });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': [retryId, 'Arn'] },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BatchSize: 10,
      ScalingConfig: { MaximumConcurrency: 4 },
    });
  });

  test('maintenance runs every hour', () => {
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(1 hour)',
      State: 'ENABLED',
      Target: Match.objectLike({ DeadLetterConfig: { Arn: arnOf('AWS::SQS::Queue', 'FailedMaintenance') } }),
    });
  });
});

describe('the Lambdas', () => {
  test('run on the newest Node of Lambda, on arm64', () => {
    const newest = Runtime.ALL.map(({ name }) => Number(/^nodejs(\d+)\.x$/.exec(name)?.[1] ?? 0)).toSorted(
      (a, b) => b - a,
    )[0];
    for (const [id, { Properties }] of all('AWS::Lambda::Function')) {
      expect(Properties, id).toMatchObject({ Runtime: `nodejs${newest}.x`, Architectures: ['arm64'] });
    }
  });

  test('the receiver answers before the sender gives up; handlers may take ten minutes', () => {
    expect(find('AWS::Lambda::Function', 'Receiver')[1].Properties.Timeout).toBeLessThanOrEqual(15);
    expect(find('AWS::Lambda::Function', 'Handlers')[1].Properties.Timeout).toBeGreaterThan(600);
  });

  test('the Function URL is open, and nobody may invoke the receiver any other way', () => {
    template.hasResourceProperties('AWS::Lambda::Url', { AuthType: 'NONE' });
    const forAll = all('AWS::Lambda::Permission').filter(
      ([, { Properties }]) => Properties.Principal === '*',
    );
    expect(
      forAll.map(([, { Properties }]) => Properties).map(({ FunctionName: _, ...rest }) => rest),
    ).toEqual([
      { Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE', Principal: '*' },
      { Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true, Principal: '*' },
    ]);
  });
});

test('with handlers.secrets the handlers alone can read a secret of theirs, whose name they are told', () => {
  const own = synthesize('handlers: { secrets: true }');
  const [secretId] = Object.keys(own.resources('AWS::SecretsManager::Secret')).filter((id) =>
    id.startsWith('HandlerSecrets'),
  );
  const reading = Object.entries(own.resources('AWS::IAM::Policy')).filter(
    ([, policy]) => secretId !== undefined && JSON.stringify(policy).includes(secretId),
  );
  expect(reading.map(([id]) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual(['HandlersRoleDefaultPolicy']);
  const told = Object.values(own.resources('AWS::Lambda::Function')).filter(
    ({ Properties }) => Properties.Environment.Variables.HANDLER_SECRETS_ARN !== undefined,
  );
  expect(told.map(({ Properties }) => Properties.Environment.Variables.HANDLER_SECRETS_ARN)).toEqual([
    { Ref: secretId },
  ]);
  expect(own.outputs).toContain('HandlerSecretsArn');
});

test('a deployment tells what people need next', () => {
  expect(outputs.toSorted()).toEqual([
    'ArchiveArn',
    'AuditTableName',
    'BusArn',
    'BusName',
    'CheckpointBucketName',
    'CheckpointSecretArn',
    'ClaimsTableName',
    'DeadLettersQueueUrl',
    'EventsUrl',
    'FailedInvocationsQueueUrl',
    'FailedMaintenanceQueueUrl',
    'FunctionUrl',
    'HandlersFunctionName',
    'MaintenanceFunctionName',
    'PageTokenArn',
    'ReceiverFunctionName',
    'RetryQueueUrl',
    'SigningSecretArn',
    'UndeliveredQueueUrl',
  ]);
});

/** The one resource of a type whose logical id is this name and CDK's hash. */
function find(type: string, name: string): [string, Resource] {
  const found = all(type).filter(([id]) => new RegExp(`^${name}[0-9A-F]{8}$`).test(id));
  expect(found, `${type} ${name}`).toHaveLength(1);
  return found[0] as [string, Resource];
}

function arnOf(type: string, name: string): unknown {
  return { 'Fn::GetAtt': [find(type, name)[0], 'Arn'] };
}
