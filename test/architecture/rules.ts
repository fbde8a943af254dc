/**
 * The rules of the house that a machine can check, as data. Paths are prefixes from the root: one that ends in
 * "/" is a folder, any other a file or the beginning of file names.
 */

/** Folders of the product, in the order of the data flow; `test` is read too, but may import anything. */
export const PRODUCT_FOLDERS = ['protocol', 'settings', 'watcher', 'functions', 'infra', 'cli'] as const;

/**
 * What the files under `from` may import: only modules under `only`, none under `never`; only these packages
 * (`null`: any that package.json declares); Node's own modules or not.
 */
export type Layer = {
  readonly from: readonly string[];
  readonly only?: readonly string[];
  readonly never?: readonly string[];
  readonly packages: readonly string[] | null;
  readonly node: boolean;
};

export const LAYERS: readonly Layer[] = [
  { from: ['protocol/'], only: ['protocol/'], packages: ['zod'], node: false },
  {
    from: ['settings/'],
    only: ['settings/', 'protocol/'],
    packages: ['prom-client', 'undici', 'yaml', 'zod'],
    node: true,
  },
  { from: ['settings/ambient/'], only: ['settings/ambient/'], packages: [], node: false },
  { from: ['settings/serving/'], only: ['settings/serving/', 'settings/ambient/'], packages: [], node: true },
  { from: ['watcher/'], never: ['functions/', 'infra/', 'cli/', 'test/'], packages: null, node: true },
  { from: ['functions/'], never: ['watcher/', 'infra/', 'cli/', 'test/'], packages: null, node: true },
  { from: ['infra/'], never: ['watcher/', 'cli/', 'test/'], packages: null, node: true },
  { from: ['infra/local/'], never: ['functions/', 'infra/aws/'], packages: null, node: true },
  // The stack knows the functions as bundles, not as modules.
  {
    from: ['infra/aws/'],
    only: [
      'infra/aws/',
      'protocol/',
      'settings/',
      'functions/build/bundle-lambdas.ts',
      'functions/build/handlers-module.ts',
      'functions/build/lambda-names.ts',
      'functions/build/lambda-options.ts',
    ],
    packages: null,
    node: true,
  },
  // Its steps with credentials run before, and without, any package.
  { from: ['infra/release/'], only: ['infra/release/', 'settings/ambient/'], packages: [], node: true },
  { from: ['cli/'], never: ['test/', 'infra/aws/'], packages: null, node: true },
  { from: ['watcher/lifecycle/'], only: ['protocol/', 'watcher/lifecycle/'], packages: [], node: false },
];

/**
 * Rooms whose inside belongs to them: besides the room itself only these may import it. What runs on one platform is
 * in one folder, and nothing of the product's common part knows it.
 */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  'functions/platforms/aws/': ['functions/package/', 'test/', 'bench/'],
  'functions/platforms/cloudflare/': ['functions/package/', 'cli/', 'test/', 'bench/'],
  'functions/platforms/node/': ['functions/package/', 'cli/', 'test/', 'bench/'],
  'functions/platforms/': ['functions/platforms/', 'functions/package/', 'cli/', 'test/', 'bench/'],
  // The roof of all: what others import is imported by nobody here.
  'functions/package/': ['test/'],
  // The roof of the common part.
  'functions/receiver.ts': ['functions/platforms/', 'test/', 'bench/'],
  'functions/runner.ts': ['functions/platforms/', 'test/', 'bench/'],
};

/** Pure policy of delivery: data in, data out. */
export const DELIVERY_POLICY = {
  folder: 'watcher/delivery/',
  files: /\/(?:[\w-]*-policy|[\w-]*schedule|[\w-]*backoff|classify[\w-]*)\.ts$/,
  layer: { only: ['protocol/', 'watcher/delivery/'], packages: [], node: false },
} as const;

/** Modules of Node that a pure file may use all the same: data in, data out. Identities are made of hashes. */
export const PURE_NODE_IMPORTS: Readonly<Record<string, readonly string[]>> = {
  'watcher/lifecycle/snapshot/digest.ts': ['node:crypto'],
};

/** Packages that belong to one place. */
export const PACKAGE_HOMES: Readonly<Record<string, readonly string[]>> = {
  undici: ['settings/outbound/', 'watcher/', 'test/', 'bench/'],
  '@kubernetes/client-node': ['watcher/source/', 'test/infra/'],
  aws4fetch: ['functions/sigv4/'],
  '@aws-sdk/client-dynamodb': ['functions/platforms/aws/', 'test/functions/'],
  '@aws-sdk/client-eventbridge': [
    'watcher/delivery/send/eventbridge-client.ts',
    'watcher/delivery/send/eventbridge-sender.ts',
    'functions/platforms/aws/',
    'test/functions/',
  ],
  '@aws-sdk/client-secrets-manager': ['functions/platforms/aws/', 'test/functions/'],
  'prom-client': ['settings/metrics/', 'watcher/metrics/', 'functions/platforms/node/metrics/'],
  '@aws-sdk/client-sqs': ['functions/platforms/aws/', 'test/functions/'],
};

/** Files that may load a devDependency, by `import()` only: they run from a checkout. */
export const DEV_DEPENDENCY_IMPORTERS: readonly string[] = [
  'functions/build/build-package.ts',
  'functions/build/bundle-lambda.ts',
  'functions/build/bundle-worker.ts',
  'functions/build/stop-bundler.ts',
  'functions/build/modules/bundle-modules.ts',
  'functions/build/npm/lay-out-create.ts',
  'functions/platforms/cloudflare/local/miniflare.ts',
  'functions/page/page-assets.ts',
];

/** Folders that nobody else imports, whose devDependencies a project brings itself: they import them as any other. */
export const DEV_DEPENDENCY_FOLDERS: readonly string[] = ['infra/aws/'];

/** Files that import what an operator names: nothing of ours, so the graph stays whole. */
export const COMPUTED_IMPORTERS: readonly string[] = ['functions/platforms/node/load-handlers.ts'];

/** Modules a platform provides, by the scheme of their specifier, and who may import them. */
export const PLATFORM_SCHEMES: Readonly<Record<string, readonly string[]>> = {
  'cloudflare:': ['functions/'],
};

export const ENVIRONMENT_READERS: readonly string[] = [
  'functions/platforms/aws/entry/',
  'infra/image/build-image.ts',
  // Writes what Miniflare reads.
  'functions/platforms/cloudflare/local/collect-often.ts',
  'cli/main.ts',
];
export const PROCESS_ENDERS: readonly string[] = ['cli/main.ts'];

/** Who reads the machine's clocks and sets its timers, and why not through `settings/ambient/clock.ts`. */
export const READERS_OF_TIME: Readonly<Record<string, string>> = {
  'settings/ambient/clock.ts': 'is the clock',
  'settings/serving/':
    'bounds sockets, which know no other time; its timers must not keep a process alive, which a Clock has no word for',
  'functions/page/client/':
    'runs in the browser, beside animation frames, and shares no code with the server',
};

/** The one place that makes words of what was thrown. */
export const ERRORS_DESCRIBED_IN = 'settings/ambient/describe-error.ts';

export const NAMES_THAT_SAY_NOTHING: readonly string[] = [
  'types',
  'utils',
  'helpers',
  'common',
  'shared',
  'lib',
];

/** Names that several files or exports have all the same, and why. */
export const NAMED_ALIKE: Readonly<Record<string, string>> = {
  'receive.ts': 'one a platform, to be read side by side',
  'run.ts': 'one a platform, to be read side by side',
  'maintain.ts': 'one a platform, to be read side by side',
  'main.ts': 'where a program begins',
  handler: 'what Lambda calls',
  ContainerState: "Kubernetes' own word, for what the cluster shows and what is read of it",
  TerminatedState: "Kubernetes' own word, for what the cluster shows and what is read of it",
};

/** Its files are the modules that the npm package exports: called as their paths, and only passing on. */
export const PASSES_ON = 'functions/package/';

export const MOST_CODE_LINES = 250;

/** Of code, as for files: `own` without the functions inside a function, `all` with them. */
export const MOST_FUNCTION_LINES = { own: 60, all: 120 } as const;
