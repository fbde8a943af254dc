import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import type { Stack } from 'aws-cdk-lib/core';
import type { LambdaDirectories } from '../../../functions/build/lambda-names.ts';
import { createCdkApp } from '../../../infra/aws/create-app.ts';
import { createReceiverStack } from '../../../infra/aws/receiver-stack.ts';
import { loadAwsSettings } from '../../../infra/aws/settings/aws-settings.ts';

export type Resource = {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  // The template is somebody else's format; tests look into it freely.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly Properties: Record<string, any>;
};

export type Synthesized = {
  readonly template: Template;
  /** Resources of a type, by logical id. */
  resources(type: string): Readonly<Record<string, Resource>>;
  readonly outputs: readonly string[];
};

/** The stack of these settings (YAML), with Lambdas that do nothing; as `aws:synth` would write it. */
export function synthesize(yaml = ''): Synthesized {
  const directory = mkdtempSync(join(tmpdir(), 'offhook-cdk-'));
  try {
    const template = Template.fromStack(createStack(directory, yaml));
    return {
      template,
      resources: (type) => template.findResources(type) as Record<string, Resource>,
      outputs: Object.keys(template.findOutputs('*')),
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function createStack(directory: string, yaml: string): Stack {
  const loaded = loadAwsSettings('settings.yaml', () => yaml);
  if (loaded.kind === 'invalid') throw new Error(JSON.stringify(loaded.faults));
  const app = createCdkApp(join(directory, 'out'));
  return createReceiverStack(app, loaded.settings, emptyLambdas(directory));
}

function emptyLambdas(directory: string): LambdaDirectories {
  const make = (name: string): string => {
    const path = join(directory, name);
    mkdirSync(path);
    writeFileSync(join(path, 'index.mjs'), `export const handler = async () => '${name}';\n`);
    return path;
  };
  return { receiver: make('receiver'), handlers: make('handlers'), maintenance: make('maintenance') };
}
