/**
 * One module of the npm package.
 *
 * @property path what is written after the package's name in `exports`.
 * @property source relative to the checkout.
 * @property runsOn `everywhere` there is Web Crypto, or on Node alone.
 */
type PackageModule = {
  readonly path: string;
  readonly source: string;
  readonly runsOn: 'everywhere' | 'node';
};

/** Modules of shipped handlers: one each, so that a bundle holds what it uses. */
const SHIPPED = ['announce-crash', 'announce-run', 'audit', 'cleanup', 'delete-objects', 'deregister'];

/** What the package exports, but for its command. */
export const PACKAGE_MODULES: readonly PackageModule[] = [
  { path: '.', source: 'functions/package/offhook.ts', runsOn: 'everywhere' },
  { path: './hooks', source: 'functions/package/hooks.ts', runsOn: 'everywhere' },
  { path: './handlers', source: 'functions/package/handlers.ts', runsOn: 'everywhere' },
  ...SHIPPED.map((name) => ({
    path: `./handlers/${name}`,
    source: `functions/handlers/shipped/${name}.ts`,
    runsOn: 'everywhere' as const,
  })),
  { path: './cloudflare', source: 'functions/package/cloudflare.ts', runsOn: 'everywhere' },
  { path: './aws', source: 'functions/package/aws.ts', runsOn: 'node' },
  { path: './aws-cdk', source: 'infra/aws/offhook-receiver.ts', runsOn: 'node' },
  { path: './node', source: 'functions/package/node.ts', runsOn: 'node' },
  { path: './testing', source: 'functions/package/testing.ts', runsOn: 'node' },
];

/**
 * What a project brings itself, if it uses what needs it, in the versions that are known to do: the CDK for `./aws-cdk`, and
 * esbuild where it bundles handlers.
 */
export const PEER_PACKAGES = {
  'aws-cdk-lib': '^2.276.0',
  constructs: '^10.5.0',
  esbuild: '>=0.25.0 <1',
} as const;

/** Where a module is written to, below `dist/modules`, without an extension. */
export function outputNameOf(path: string): string {
  return path === '.' ? 'offhook' : path.slice('./'.length);
}
