import { AWS_SCRIPTS, awsFiles } from './aws-files.ts';
import { cloudflareFiles } from './cloudflare-files.ts';
import { HANDLER_FILES } from './handler-files.ts';
import { NODE_FILES } from './node-files.ts';
import type { ProjectFacts, ProjectFiles, ProjectPlatform } from './project-facts.ts';
import { readMe } from './read-me.ts';

type PlatformParts = {
  readonly files: (facts: ProjectFacts) => ProjectFiles;
  readonly scripts: Readonly<Record<string, string>>;
  readonly tools: readonly string[];
};

const PLATFORM_PARTS: Readonly<Record<ProjectPlatform, PlatformParts>> = {
  cloudflare: { files: cloudflareFiles, scripts: { deploy: 'wrangler deploy' }, tools: ['wrangler'] },
  aws: { files: awsFiles, scripts: AWS_SCRIPTS, tools: ['aws-cdk-lib', 'constructs', 'esbuild'] },
  node: { files: () => NODE_FILES, scripts: { start: 'offhook receive' }, tools: [] },
};

const TOOLS = ['@types/node', 'typescript'];

/** All files of a new project. */
export function projectFiles(facts: ProjectFacts): ProjectFiles {
  const parts = PLATFORM_PARTS[facts.platform];
  return {
    'package.json': json(manifest(facts, parts)),
    'tsconfig.json': json(TSCONFIG),
    '.gitignore': GIT_IGNORE,
    'README.md': readMe(facts),
    ...HANDLER_FILES,
    ...parts.files(facts),
  };
}

function manifest({ name, versions }: ProjectFacts, { scripts, tools }: PlatformParts) {
  const of = (names: readonly string[]) =>
    Object.fromEntries(names.toSorted().map((each) => [each, versions[each] ?? 'latest']));
  return {
    name,
    private: true,
    type: 'module',
    engines: { node: '>=24.15' },
    scripts: { test: 'node --test', check: 'tsc', ...scripts },
    dependencies: of(['offhook']),
    devDependencies: of([...TOOLS, ...tools]),
  };
}

const TSCONFIG = {
  compilerOptions: {
    target: 'es2024',
    module: 'nodenext',
    types: ['node'],
    strict: true,
    erasableSyntaxOnly: true,
    verbatimModuleSyntax: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    noEmit: true,
  },
  include: ['src', 'test'],
};

const GIT_IGNORE = `node_modules/
cdk.out/
.wrangler/
.offhook*/
*.secret
*.token
.dev.vars
`;

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
