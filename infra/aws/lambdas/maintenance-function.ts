import type { Code, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { AwsReceiverSettings } from '../settings/receiver-settings.ts';
import type { Tables } from '../stores/tables.ts';
import { allow, createFunction } from './create-function.ts';
import { AUDIT_ACTIONS } from './handler-function.ts';

const EVERY = Duration.hours(1);
const TIMEOUT_SECONDS = 900;
const MEMORY_MB = 512;
/** The next run comes in an hour anyway. */
const RETRIES = 2;

/** The Lambda that writes checkpoints to the bucket and removes audit records past their retention, every hour. */
export function createMaintenance(
  scope: Construct,
  {
    settings,
    code,
    tables,
    checkpoints,
    checkpointSecret,
    failures,
  }: {
    readonly settings: AwsReceiverSettings;
    readonly code: Code;
    readonly tables: Tables;
    readonly checkpoints: Bucket;
    readonly checkpointSecret: Secret | undefined;
    readonly failures: Queue;
  },
): LambdaFunction {
  const { audit } = tables;
  const { auditDays, logDays } = settings.retention;
  const lambda = createFunction(scope, 'Maintenance', {
    description: 'Offhook: checkpoints and retention of the audit trail',
    code,
    memoryMb: MEMORY_MB,
    timeoutSeconds: TIMEOUT_SECONDS,
    logDays,
    failures,
    environment: {
      AUDIT_TABLE: audit.tableName,
      ...(auditDays === undefined ? {} : { AUDIT_RETENTION: `${auditDays}d` }),
      CHECKPOINT_BUCKET_URL: `https://${checkpoints.bucketRegionalDomainName}`,
      ...(checkpointSecret === undefined ? {} : { CHECKPOINT_SECRET_ARN: checkpointSecret.secretArn }),
    },
  });
  allow(lambda, AUDIT_ACTIONS, [audit.tableArn]);
  if (checkpointSecret !== undefined) {
    allow(lambda, ['secretsmanager:GetSecretValue'], [checkpointSecret.secretArn]);
  }
  allow(lambda, ['s3:ListBucket'], [checkpoints.bucketArn]);
  allow(lambda, ['s3:GetObject', 's3:PutObject'], [checkpoints.arnForObjects('*')]);
  new Schedule(scope, 'MaintenanceSchedule', {
    description: 'Maintenance of the audit trail',
    schedule: ScheduleExpression.rate(EVERY),
    target: new LambdaInvoke(lambda, {
      deadLetterQueue: failures,
      retryAttempts: RETRIES,
      maxEventAge: EVERY,
    }),
  });
  return lambda;
}
