import { outputNameOf, PACKAGE_MODULES, PEER_PACKAGES } from '../modules/package-modules.ts';

/** What of a checkout's package.json goes into the package as it is. */
const KEPT = [
  'name',
  'version',
  'description',
  'keywords',
  'license',
  'repository',
  'type',
  'engines',
  'bin',
];

/** Types that declarations name and that are not bundled, as declarations cannot be. */
const TYPES = ['@types/aws-lambda'];

/** Files of the package that `offhook schema NAME` of the same build prints. */
export const DOCUMENTS = [
  { path: 'schema.json', name: 'event' },
  { path: 'asyncapi.json', name: 'asyncapi' },
  { path: 'offhook.schema.json', name: 'config' },
  { path: 'offhook-receiver.schema.json', name: 'receiver' },
] as const;

type Manifest = Readonly<Record<string, unknown>> & {
  readonly devDependencies: Readonly<Record<string, string>>;
};

/**
 * The package.json that is published: a checkout's own declares what is bundled, and the Node that it runs on, which nobody
 * who installs the package is to download.
 */
export function npmManifest(checkout: Manifest): Readonly<Record<string, unknown>> {
  return {
    ...Object.fromEntries(KEPT.map((key) => [key, checkout[key]])),
    sideEffects: false,
    exports: packageExports(),
    dependencies: Object.fromEntries(TYPES.map((name) => [name, checkout.devDependencies[name]])),
    peerDependencies: PEER_PACKAGES,
    peerDependenciesMeta: Object.fromEntries(
      Object.keys(PEER_PACKAGES).map((name) => [name, { optional: true }]),
    ),
  };
}

/** `types` first, as TypeScript wants it. @see https://nodejs.org/api/packages.html#exports */
function packageExports(): Readonly<Record<string, unknown>> {
  const modules = PACKAGE_MODULES.map(({ path, source }) => [
    path,
    {
      types: `./dist/types/${source.replace(/\.ts$/, '.d.ts')}`,
      default: `./dist/modules/${outputNameOf(path)}.js`,
    },
  ]);
  const documents = DOCUMENTS.map(({ path }) => [`./${path}`, `./${path}`]);
  return { ...Object.fromEntries([...modules, ...documents]), './package.json': './package.json' };
}
