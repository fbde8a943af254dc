import type { Rule } from 'aws-cdk-lib/aws-events';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { AwsReceiverSettings } from '../settings/receiver-settings.ts';
import type { Stores } from '../stores/create-stores.ts';
import { createHandlerFunction } from './handler-function.ts';
import type { LambdaCode } from './lambda-code.ts';
import { createMaintenance } from './maintenance-function.ts';
import { createReceiverFunction, type Receiver } from './receiver-function.ts';
import { createRules } from './rules.ts';

/** @property rules what brings events from the bus to `handlers`. */
export type Lambdas = {
  readonly receiver: Receiver;
  readonly handlers: LambdaFunction;
  readonly rules: readonly Rule[];
  readonly maintenance: LambdaFunction;
};

/** Everything that runs, each with what it needs of the stores and no more. */
export function createLambdas(
  scope: Construct,
  {
    settings,
    code,
    stores,
  }: { readonly settings: AwsReceiverSettings; readonly code: LambdaCode; readonly stores: Stores },
): Lambdas {
  const { bus, queues, tables, secrets, checkpoints } = stores;
  const receiver = createReceiverFunction(scope, { settings, code: code.receiver, bus, tables, secrets });
  const handlers = createHandlerFunction(scope, {
    settings,
    code: code.handlers,
    tables,
    queues,
    secrets: secrets.handlers,
  });
  const rules = createRules(scope, { bus, target: handlers, undelivered: queues.undelivered });
  const maintenance = createMaintenance(scope, {
    settings,
    code: code.maintenance,
    tables,
    checkpoints,
    checkpointSecret: secrets.checkpoint,
    failures: queues.failedMaintenance,
  });
  return { receiver, handlers, rules, maintenance };
}
