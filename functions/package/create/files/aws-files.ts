import type { ProjectFiles } from './project-facts.ts';

/** What each function of the stack is made by, by its file. */
const FUNCTIONS = {
  receive: ["import { createLambdaReceiver } from 'offhook/aws';", 'createLambdaReceiver(process.env)'],
  run: [
    "import { createLambdaRunner } from 'offhook/aws';\nimport { registerHandlers } from './hooks.ts';",
    'createLambdaRunner(registerHandlers, process.env)',
  ],
  maintain: [
    "import { createLambdaMaintenance } from 'offhook/aws';",
    'createLambdaMaintenance(process.env)',
  ],
} as const;

/** The AWS SDK in the package is bundled with it: one ES module a function, which needs nothing beside it. */
const BUILD = [
  'esbuild src/receive.ts src/run.ts src/maintain.ts --bundle --platform=node --format=esm --target=node24',
  '--keep-names --outdir=dist --out-extension:.js=.mjs',
].join(' ');

export const AWS_SCRIPTS = { build: BUILD } as const;

/** Three Lambdas, and the settings of the stack that is made around them. */
export const AWS_FILES: ProjectFiles = {
  ...Object.fromEntries(
    Object.entries(FUNCTIONS).map(([name, [imports, call]]) => [
      `src/${name}.ts`,
      `${imports}\n\nexport const handler = ${call};\n`,
    ]),
  ),
  'aws.yaml': `# Settings of the stack, all with defaults: https://github.com/offhook/offhook/blob/main/docs/aws.md#settings
handlers:
  module: src/hooks.ts
  # variables: { PAGER_URL: "https://pager.example/alerts" }
`,
};
