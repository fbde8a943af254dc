import {
  type App,
  CliCredentialsStackSynthesizer,
  type IStackSynthesizer,
  Stack,
  type StackProps,
} from 'aws-cdk-lib/core';
import { createAlarms } from './alarms.ts';
import type { LambdaDirectories } from './lambdas/bundles.ts';
import { createLambdas } from './lambdas/create-lambdas.ts';
import { addOutputs } from './outputs.ts';
import type { AwsSettings } from './settings/aws-settings.ts';
import { createStores } from './stores/create-stores.ts';
import { createWatcherAccess } from './watcher-access.ts';

/** The receiver on AWS, whole: for any account and region. */
export function createReceiverStack(app: App, settings: AwsSettings, code: LambdaDirectories): Stack {
  const stack = new Stack(app, settings.stackName, {
    description: 'Offhook: receiver of container lifecycle webhooks',
    ...synthesizerFor(settings),
  });
  const stores = createStores(stack, settings);
  const lambdas = createLambdas(stack, { settings, code, stores });
  const { podIdentity } = settings;
  const watcherRole = podIdentity === undefined ? null : createWatcherAccess(stack, podIdentity, stores.bus);
  createAlarms(stack, { settings: settings.alarms, lambdas, stores });
  addOutputs(stack, { stores, lambdas, watcherRole });
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
