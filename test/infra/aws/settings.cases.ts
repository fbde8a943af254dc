import { describe, expect, test } from 'vitest';
import { loadAwsSettings } from '../../../infra/aws/settings/aws-settings.ts';
import { formatFaults } from '../../../settings/fault.ts';
import { synthesize } from './synthesize.ts';

test('without a file, everything has its default', () => {
  expect(loadAwsSettings(undefined, unread)).toEqual({
    kind: 'ok',
    settings: {
      stackName: 'offhook',
      page: true,
      checkpoints: true,
      authentication: 'signature',
      receiver: { memoryMb: 512 },
      handlers: { memoryMb: 512, timeoutSeconds: 900, variables: {}, secrets: false },
      retention: { claimDays: 16, archiveDays: 30, logDays: 30, checkpointLockDays: 400 },
      busWriters: [],
      alarms: { retryAgeMinutes: 60 },
    },
  });
});

test('an empty file is no fault', () => {
  expect(loadAwsSettings('aws.yaml', () => '').kind).toBe('ok');
});

describe('a mistake is named with its place', () => {
  test.each([
    ['stackname: x', 'aws.yaml:1:1 stackname: unknown key; did you mean "stackName"?'],
    ['handlers: { timeoutSeconds: 901 }', 'expected a whole number of seconds from 30 to 900, got 901'],
    ['handlers: { memoryMb: 64 }', 'expected a whole number of megabytes from 128 to 10240, got 64'],
    ['retention: { claimDays: 14 }', 'expected a whole number of days from 15 to 365, got 14'],
    ['retention: { logDays: 31 }', 'one of the retentions that CloudWatch Logs has: 1, 3, 5'],
    ['handlers: { reservedConcurrency: 4 }', 'expected a whole number from 5 to 1000, got 4'],
    ['authentication: none', 'expected one of signature, iam, got "none"'],
    ['busWriters: ["*"]', 'busWriters[0]: expected the ARN of an IAM role'],
    ['podIdentity: { namespace: x }', 'podIdentity.cluster: is required: the name of an EKS cluster'],
    ['alarms: { topicArn: pager }', 'alarms.topicArn: expected the ARN of an SNS topic'],
    ['assetBucket: Code', 'assetBucket: expected the name of an S3 bucket, got "Code"'],
    ['handlers: { variables: { OFFHOOK_X: "1" } }', 'handlers.variables'],
    ['handlers: { variables: { X: 1 } }', 'handlers.variables.X: expected a text of at most 1000 characters'],
  ])('%s', (yaml, message) => {
    const loaded = loadAwsSettings('aws.yaml', () => yaml);
    expect(loaded.kind === 'invalid' && formatFaults(loaded.faults)).toContain(message);
  });

  test('a secret among the variables is refused without being shown', () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const loaded = loadAwsSettings('aws.yaml', () => `handlers: { variables: { CALL_SECRET: ${secret} } }`);
    const text = loaded.kind === 'invalid' ? formatFaults(loaded.faults) : '';
    expect(text).toContain('handlers.variables.CALL_SECRET');
    expect(text).not.toContain(secret.slice(6, 14));
  });
});

describe('what a setting changes', () => {
  test('without the page there is no token, and the receiver knows of none', () => {
    const { resources, outputs } = synthesize('page: false');
    expect(Object.keys(resources('AWS::SecretsManager::Secret'))).toHaveLength(2);
    expect(outputs).not.toContain('PageTokenArn');
    expect(JSON.stringify(resources('AWS::Lambda::Function'))).not.toContain('PAGE_TOKEN_ARN');
  });

  test('without checkpoints there is no key for them', () => {
    const { resources, outputs } = synthesize('checkpoints: false');
    expect(outputs).not.toContain('CheckpointSecretArn');
    expect(JSON.stringify(resources('AWS::Lambda::Function'))).not.toContain('CHECKPOINT_SECRET_ARN');
  });

  test('memory, timeout, concurrency and variables go to the Lambda they are for', () => {
    const { template } = synthesize(`
receiver: { memoryMb: 256, reservedConcurrency: 20 }
handlers: { memoryMb: 1024, timeoutSeconds: 60, reservedConcurrency: 5, variables: { CLEANUP_URL: "https://a.example/" } }
`);
    template.hasResourceProperties('AWS::Lambda::Function', {
      MemorySize: 256,
      ReservedConcurrentExecutions: 20,
      Timeout: 15,
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      MemorySize: 1024,
      ReservedConcurrentExecutions: 5,
      Timeout: 60,
      Environment: { Variables: { CLEANUP_URL: 'https://a.example/' } },
    });
    template.hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 360 });
  });

  test('retentions', () => {
    const { template } = synthesize(
      'retention: { claimDays: 20, archiveDays: 7, auditDays: 90, logDays: 14, checkpointLockDays: 100 }',
    );
    template.hasResourceProperties('AWS::Events::Archive', { RetentionDays: 7 });
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 14 });
    template.hasResourceProperties('AWS::S3::Bucket', {
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Days: 100 } } },
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { AUDIT_RETENTION: '90d' } },
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { RETENTION: '20d' } },
    });
  });

  test('with a bucket for the code, the template is plain CloudFormation', () => {
    const { template, resources } = synthesize('assetBucket: acme-lambda-code');
    for (const { Properties } of Object.values(resources('AWS::Lambda::Function'))) {
      expect(Properties.Code.S3Bucket).toBe('acme-lambda-code');
    }
    expect(template.toJSON().Parameters).toBeUndefined();
    expect(template.toJSON().Rules).toBeUndefined();
  });
});

function unread(): string {
  throw new Error('nothing to read');
}
