import type { Role } from 'aws-cdk-lib/aws-iam';
import { CfnOutput } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Lambdas } from './lambdas/create-lambdas.ts';
import type { Stores } from './stores/create-stores.ts';

/** @property watcherRole null where the watcher does not put to the bus as itself. */
type Subjects = { readonly stores: Stores; readonly lambdas: Lambdas; readonly watcherRole: Role | null };

/** Values that people need after a deployment, by name. */
export function addOutputs(scope: Construct, subjects: Subjects): void {
  for (const [name, value] of Object.entries(outputsOf(subjects))) {
    if (value !== undefined) new CfnOutput(scope, name, { value });
  }
}

/** undefined for what is switched off. */
function outputsOf({ stores, lambdas, watcherRole }: Subjects): Readonly<Record<string, string | undefined>> {
  const { bus, archive, queues, tables, secrets, checkpoints } = stores;
  const { receiver, handlers, maintenance } = lambdas;
  return {
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
    WatcherRoleArn: watcherRole?.roleArn,
  };
}
