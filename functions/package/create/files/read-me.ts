import { AWS_CDK_COMMAND } from './aws-files.ts';
import type { ProjectFacts, ProjectPlatform } from './project-facts.ts';

const DOCS = 'https://github.com/offhook/offhook/blob/main/docs';

/** README.md of a project: its three commands, then what they need. */
export function readMe({ platform, name }: ProjectFacts): string {
  const { title, third, rest } = PLATFORMS[platform](name);
  return `# ${name}

Handlers for the lifecycle of containers in Kubernetes, run by [Offhook](https://github.com/offhook/offhook) ${title}. Needs Node 24.15 or newer.

\`\`\`sh
npm install
npm test
${third}
\`\`\`

| File | |
|---|---|
| \`src/hooks.ts\` | What happens, and when: [handlers](${DOCS}/handlers.md) |
| \`test/hooks.test.ts\` | Signed events, delivered to a receiver in memory: [tests](${DOCS}/sdk.md#tests) |

\`npm run check\` checks the types.

${rest}`;
}

type Words = { readonly title: string; readonly third: string; readonly rest: string };

const PLATFORMS: Readonly<Record<ProjectPlatform, (name: string) => Words>> = {
  cloudflare: (name) => ({
    title: 'on Cloudflare Workers',
    third: 'npx wrangler deploy --dry-run    # needs no account; without --dry-run it deploys',
    rest: `## Once per account

\`\`\`sh
npx wrangler login
npx wrangler d1 create ${name}-audit                   # its database_id goes into wrangler.toml
npx wrangler queues create ${name}-events --message-retention-period-secs 1209600
npx wrangler queues create ${name}-dead-letters --message-retention-period-secs 1209600
npx wrangler r2 bucket create ${name}-checkpoints
npx wrangler d1 migrations apply ${name}-audit --remote
npx wrangler deploy
npx offhook keygen --out bridge.secret                 # the watcher's signingSecretFile, too
npx wrangler secret put OFFHOOK_SIGNING_SECRET < bridge.secret
\`\`\`

Events go to \`https://${name}.<account>.workers.dev/events\`. The page, checkpoints and the rest: [cloudflare.md](${DOCS}/cloudflare.md).
`,
  }),
  aws: (name) => ({
    title: 'on AWS Lambda',
    third:
      'npm run synth                    # needs no account: cdk.out has the template and the code of three Lambdas',
    rest: `## Deploy

\`src/stack.ts\` is an app of the AWS CDK. Once per account and region, then each time:

\`\`\`sh
${AWS_CDK_COMMAND} bootstrap
${AWS_CDK_COMMAND} deploy --outputs-file outputs.json
\`\`\`

The watcher's key, which is the receiver's, too:

\`\`\`sh
npx offhook keygen --out bridge.secret
output() { node -p "JSON.parse(require('fs').readFileSync('outputs.json'))['${name}'].$1"; }
aws secretsmanager put-secret-value --secret-id "$(output SigningSecretArn)" --secret-string file://bridge.secret
output EventsUrl
\`\`\`

Events go to that URL. The page, checkpoints, alarms and the rest: [aws.md](${DOCS}/aws.md). What handlers may do in AWS is granted to their
Lambda, the property \`handlers\` of what \`new OffhookReceiver\` gives.
`,
  }),
  node: () => ({
    title: 'on Node',
    third: 'npx offhook keygen --out bridge.secret && npx offhook receive',
    rest: `\`bridge.secret\` is the watcher's \`signingSecretFile\`, too; events go to \`http://127.0.0.1:8787/events\`. From another terminal:

\`\`\`sh
npx offhook send --to http://127.0.0.1:8787/events --signing-secret-file bridge.secret
\`\`\`

## In a container

\`\`\`sh
docker build --tag handlers .
docker run --publish 127.0.0.1:8787:8787 --volume receiver:/app/.offhook-receiver \\
  --volume "$PWD/bridge.secret:/app/bridge.secret:ro" handlers
\`\`\`

The user of the container, 1000, must be able to read \`bridge.secret\`. TLS, the page, metrics and the rest: [node.md](${DOCS}/node.md).
`,
  }),
};
