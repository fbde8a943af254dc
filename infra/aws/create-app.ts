import { App } from 'aws-cdk-lib/core';

/** Of CDK's switches for new projects, those that change something here. */
const FEATURES = {
  '@aws-cdk/aws-iam:minimizePolicies': true,
  '@aws-cdk/core:checkSecretUsage': true,
  '@aws-cdk/core:enablePartitionLiterals': true,
  '@aws-cdk/core:target-partitions': ['aws', 'aws-cn', 'aws-us-gov'],
} as const;

/** An app that writes its templates to `outdir`, tells AWS nothing about itself, and asks no account anything. */
export function createCdkApp(outdir: string): App {
  return new App({ outdir, analyticsReporting: false, treeMetadata: false, context: { ...FEATURES } });
}
