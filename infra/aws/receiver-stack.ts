import {
  type App,
  CliCredentialsStackSynthesizer,
  type IStackSynthesizer,
  Stack,
  type StackProps,
} from 'aws-cdk-lib/core';
import type { LambdaDirectories } from '../../functions/build/lambda-names.ts';
import { OffhookReceiver } from './offhook-receiver.ts';
import type { AwsSettings } from './settings/aws-settings.ts';

/** A stack of nothing but the receiver, as the settings file says: for any account and region. */
export function createReceiverStack(app: App, settings: AwsSettings, code: LambdaDirectories): Stack {
  const { stackName, assetBucket, handlers, ...others } = settings;
  const stack = new Stack(app, stackName, {
    description: 'Offhook: receiver of container lifecycle webhooks',
    ...synthesizerFor(assetBucket),
  });
  // It is in the code already.
  const { module: _, ...size } = handlers;
  new OffhookReceiver(stack, 'Default', { ...others, handlers: size, code });
  return stack;
}

/** With a bucket of one's own for the code, the stack needs no bootstrapped account and no CDK to deploy it. */
function synthesizerFor(assetBucket: string | undefined): StackProps {
  if (assetBucket === undefined) return {};
  // CDK's own types do not know `exactOptionalPropertyTypes`.
  const synthesizer = new CliCredentialsStackSynthesizer({
    fileAssetsBucketName: assetBucket,
  }) as IStackSynthesizer;
  return { synthesizer };
}
