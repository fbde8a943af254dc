import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { AwsReceiverSettings } from '../settings/receiver-settings.ts';
import { type Bus, createBus } from './bus.ts';
import { createCheckpointBucket } from './checkpoints.ts';
import { createQueues, type Queues } from './queues.ts';
import { createSecrets, type Secrets } from './secrets.ts';
import { createTables, type Tables } from './tables.ts';

/** What holds something between two runs of a Lambda. */
export type Stores = Bus & {
  readonly queues: Queues;
  readonly tables: Tables;
  readonly secrets: Secrets;
  readonly checkpoints: Bucket;
};

/** Everything that the Lambdas read from and write to. */
export function createStores(scope: Construct, settings: AwsReceiverSettings): Stores {
  const { retention, busWriters, handlers } = settings;
  return {
    ...createBus(scope, { archiveDays: retention.archiveDays, writers: busWriters }),
    queues: createQueues(scope, handlers.timeoutSeconds),
    tables: createTables(scope),
    secrets: createSecrets(scope, settings),
    checkpoints: createCheckpointBucket(scope, retention.checkpointLockDays),
  };
}
