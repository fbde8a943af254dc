import type { Code, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import {
  type AwsReceiverSettings,
  claimRetention,
  RETRY_CONCURRENCY,
} from '../settings/receiver-settings.ts';
import type { Queues } from '../stores/queues.ts';
import type { Tables } from '../stores/tables.ts';
import { allow, createFunction } from './create-function.ts';

const RETRIES_A_BATCH = 10;

/**
 * The Lambda that runs the handlers: the rules' target, and the consumer of the retry queue. It reports which messages
 * of a batch failed, so that one does not bring the others back.
 */
export function createHandlerFunction(
  scope: Construct,
  {
    settings,
    code,
    tables,
    queues,
    secrets,
  }: {
    readonly settings: AwsReceiverSettings;
    readonly code: Code;
    readonly tables: Tables;
    readonly queues: Queues;
    readonly secrets: Secret | undefined;
  },
): LambdaFunction {
  const { claims, audit } = tables;
  const { retry, deadLetters, failedInvocations } = queues;
  const { variables, secrets: _, ...size } = settings.handlers;
  const lambda = createFunction(scope, 'Handlers', {
    description: 'Offhook: runs the handlers',
    code,
    ...size,
    logDays: settings.retention.logDays,
    failures: failedInvocations,
    environment: {
      ...variables,
      CLAIMS_TABLE: claims.tableName,
      AUDIT_TABLE: audit.tableName,
      RETENTION: claimRetention(settings.retention),
      RETRY_QUEUE_URL: retry.queueUrl,
      DEAD_LETTER_QUEUE_URL: deadLetters.queueUrl,
      ...(secrets === undefined ? {} : { HANDLER_SECRETS_ARN: secrets.secretArn }),
    },
  });
  allow(lambda, ['dynamodb:GetItem', 'dynamodb:PutItem'], [claims.tableArn]);
  allow(lambda, AUDIT_ACTIONS, [audit.tableArn]);
  if (secrets !== undefined) allow(lambda, ['secretsmanager:GetSecretValue'], [secrets.secretArn]);
  allow(lambda, ['sqs:SendMessage'], [retry.queueArn, deadLetters.queueArn]);
  lambda.addEventSource(
    new SqsEventSource(retry, {
      batchSize: RETRIES_A_BATCH,
      maxConcurrency: RETRY_CONCURRENCY,
      reportBatchItemFailures: true,
    }),
  );
  return lambda;
}

/** Appending is a transaction; IAM knows it by the actions it is made of. */
export const AUDIT_ACTIONS = [
  'dynamodb:BatchGetItem',
  'dynamodb:Query',
  'dynamodb:PutItem',
  'dynamodb:DeleteItem',
  'dynamodb:ConditionCheckItem',
] as const;
