import {
  type App,
  CliCredentialsStackSynthesizer,
  type IStackSynthesizer,
  Stack,
  type StackProps,
} from 'aws-cdk-lib/core';
import { createAlarms } from './alarms.ts';
import type { LambdaDirectories } from './bundles.ts';
import { createBus } from './bus.ts';
import { createCheckpointBucket } from './checkpoints.ts';
import { createHandlerFunction } from './handler-function.ts';
import { createMaintenance } from './maintenance.ts';
import { addOutputs } from './outputs.ts';
import { createQueues } from './queues.ts';
import { createReceiver } from './receiver-function.ts';
import { createRules } from './rules.ts';
import { createSecrets } from './secrets.ts';
import type { AwsSettings } from './settings.ts';
import { createTables } from './tables.ts';
import { createWatcherAccess } from './watcher-access.ts';

/** The receiver on AWS, whole: for any account and region. */
export function createReceiverStack(app: App, settings: AwsSettings, code: LambdaDirectories): Stack {
  const stack = new Stack(app, settings.stackName, {
    description: 'Offhook: receiver of container lifecycle webhooks',
    ...synthesizerFor(settings),
  });
  const { retention } = settings;
  const { bus, archive } = createBus(stack, {
    archiveDays: retention.archiveDays,
    writers: settings.busWriters,
  });
  const queues = createQueues(stack, settings.handlers.timeoutSeconds);
  const tables = createTables(stack);
  const secrets = createSecrets(stack, settings);
  const checkpoints = createCheckpointBucket(stack, retention.checkpointLockDays);
  const receiver = createReceiver(stack, { settings, codeDir: code.receiver, bus, tables, secrets });
  const handlers = createHandlerFunction(stack, {
    settings,
    codeDir: code.handlers,
    tables,
    queues,
    secrets: secrets.handlers,
  });
  const rules = createRules(stack, { bus, target: handlers, undelivered: queues.undelivered });
  const maintenance = createMaintenance(stack, {
    settings,
    codeDir: code.maintenance,
    tables,
    checkpoints,
    checkpointSecret: secrets.checkpoint,
    failures: queues.failedMaintenance,
  });
  const watcher =
    settings.podIdentity === undefined ? undefined : createWatcherAccess(stack, settings.podIdentity, bus);
  createAlarms(stack, {
    settings: settings.alarms,
    lambdas: { Receiver: receiver.lambda, Handlers: handlers, Maintenance: maintenance },
    queues,
    rules,
    busName: bus.eventBusName,
  });
  addOutputs(stack, {
    FunctionUrl: receiver.url.url,
    EventsUrl: `${receiver.url.url}events`,
    ReceiverFunctionName: receiver.lambda.functionName,
    HandlersFunctionName: handlers.functionName,
    MaintenanceFunctionName: maintenance.functionName,
    BusName: bus.eventBusName,
    BusArn: bus.eventBusArn,
    ArchiveArn: archive.archiveArn,
    ClaimsTableName: tables.claims.tableName,
    AuditTableName: tables.audit.tableName,
    CheckpointBucketName: checkpoints.bucketName,
    SigningSecretArn: secrets.signing.secretArn,
    PageTokenArn: secrets.page?.secretArn,
    CheckpointSecretArn: secrets.checkpoint?.secretArn,
    HandlerSecretsArn: secrets.handlers?.secretArn,
    RetryQueueUrl: queues.retry.queueUrl,
    DeadLettersQueueUrl: queues.deadLetters.queueUrl,
    UndeliveredQueueUrl: queues.undelivered.queueUrl,
    FailedInvocationsQueueUrl: queues.failedInvocations.queueUrl,
    FailedMaintenanceQueueUrl: queues.failedMaintenance.queueUrl,
    WatcherRoleArn: watcher?.roleArn,
  });
  return stack;
}

/** With a bucket of one's own for the code, the stack needs no bootstrapped account and no CDK to deploy it. */
function synthesizerFor({ assetBucket }: AwsSettings): StackProps {
  if (assetBucket === undefined) return {};
  // CDK's own types do not know `exactOptionalPropertyTypes`.
  const synthesizer = new CliCredentialsStackSynthesizer({
    fileAssetsBucketName: assetBucket,
  }) as IStackSynthesizer;
  return { synthesizer };
}
