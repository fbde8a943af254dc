import type { ProjectFacts, ProjectFiles } from './project-facts.ts';

/** What deploys a stack, in the version that docs/aws.md names, too. */
export const AWS_CDK_COMMAND = 'npx aws-cdk@2.1148.1';

export const AWS_SCRIPTS = { synth: 'node src/stack.ts' } as const;

/** A CDK app with one stack, and the receiver in it. */
export function awsFiles({ name }: ProjectFacts): ProjectFiles {
  return {
    'src/stack.ts': `import { App, Stack } from 'aws-cdk-lib';
import { OffhookReceiver } from 'offhook/aws-cdk';

const app = new App({ outdir: 'cdk.out' });
const stack = new Stack(app, '${name}', { description: 'Offhook: receiver of container lifecycle webhooks' });

// Settings: https://github.com/offhook/offhook/blob/main/docs/aws.md#settings
new OffhookReceiver(stack, 'Default', {
  handlers: {
    module: new URL('./hooks.ts', import.meta.url),
    // variables: { PAGER_URL: 'https://pager.example/alerts' },
  },
  // alarms: { topicArn: 'arn:aws:sns:eu-central-1:123456789012:pager' },
});

app.synth();
`,
    'cdk.json': `${JSON.stringify({ app: 'node src/stack.ts', output: 'cdk.out' }, null, 2)}\n`,
  };
}
