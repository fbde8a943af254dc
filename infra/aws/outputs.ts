import { CfnOutput } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** Values that people need after a deployment, by name. */
export function addOutputs(scope: Construct, outputs: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(outputs)) {
    if (value !== undefined) new CfnOutput(scope, name, { value });
  }
}
