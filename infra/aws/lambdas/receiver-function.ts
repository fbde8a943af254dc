import type { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  type Code,
  type FunctionUrl,
  FunctionUrlAuthType,
  type Function as LambdaFunction,
} from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { EVENTBRIDGE_SOURCE } from '../../../protocol/eventbridge/eventbridge-entry.ts';
import { type AwsReceiverSettings, claimRetention } from '../settings/receiver-settings.ts';
import type { Secrets } from '../stores/secrets.ts';
import { indexArns, type Tables } from '../stores/tables.ts';
import { allow, createFunction } from './create-function.ts';

export type Receiver = { readonly lambda: LambdaFunction; readonly url: FunctionUrl };

/** The sender gives up after 15 s. */
const TIMEOUT_SECONDS = 15;

/**
 * The Lambda behind the Function URL: verifies, puts to the bus, answers, and shows the page. With `signature` the URL
 * is open to everybody, and the webhook's signature decides; with `iam` AWS asks for a SigV4 signature first.
 */
export function createReceiverFunction(
  scope: Construct,
  {
    settings,
    code,
    bus,
    tables,
    secrets,
  }: {
    readonly settings: AwsReceiverSettings;
    readonly code: Code;
    readonly bus: EventBus;
    readonly tables: Tables;
    readonly secrets: Secrets;
  },
): Receiver {
  const { claims, audit } = tables;
  const lambda = createFunction(scope, 'Receiver', {
    description: 'Offhook: verifies webhooks and puts them on the bus',
    code,
    ...settings.receiver,
    timeoutSeconds: TIMEOUT_SECONDS,
    logDays: settings.retention.logDays,
    environment: {
      EVENT_BUS_NAME: bus.eventBusName,
      CLAIMS_TABLE: claims.tableName,
      AUDIT_TABLE: audit.tableName,
      RETENTION: claimRetention(settings.retention),
      OFFHOOK_SIGNING_SECRET_ARN: secrets.signing.secretArn,
      ...(secrets.page === undefined ? {} : { PAGE_TOKEN_ARN: secrets.page.secretArn }),
    },
  });
  const secretArns = [secrets.signing, secrets.page].flatMap((secret) => secret?.secretArn ?? []);
  allow(lambda, ['secretsmanager:GetSecretValue'], secretArns);
  lambda.addToRolePolicy(
    new PolicyStatement({
      actions: ['events:PutEvents'],
      resources: [bus.eventBusArn],
      conditions: { StringEquals: { 'events:source': EVENTBRIDGE_SOURCE } },
    }),
  );
  allow(lambda, ['dynamodb:GetItem', 'dynamodb:PutItem'], [claims.tableArn]);
  allow(lambda, ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'], [audit.tableArn]);
  // That somebody asked for a handler to be run again is added to the trail. It may remove nothing.
  allow(lambda, ['dynamodb:PutItem', 'dynamodb:ConditionCheckItem'], [audit.tableArn]);
  allow(lambda, ['dynamodb:Query'], indexArns(audit));
  const authType = settings.authentication === 'iam' ? FunctionUrlAuthType.AWS_IAM : FunctionUrlAuthType.NONE;
  return { lambda, url: lambda.addFunctionUrl({ authType }) };
}
