import type { Module } from './import-graph.ts';
import {
  COMPUTED_IMPORTERS,
  DELIVERY_POLICY,
  DEV_DEPENDENCY_FOLDERS,
  DEV_DEPENDENCY_IMPORTERS,
  LAYERS,
  type Layer,
  PACKAGE_HOMES,
  PLATFORM_SCHEMES,
  PRODUCT_FOLDERS,
  PURE_NODE_IMPORTS,
  ROOMS,
} from './rules.ts';

/** Names in package.json, by where they are declared. */
export type DeclaredPackages = {
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
};

type ImportOfModule = Module['imports'][number];

/** Violations of layering and of the rules on packages, for one module. */
export function checkImports(
  module: Module,
  paths: ReadonlySet<string>,
  packages: DeclaredPackages,
): string[] {
  const isProduct = PRODUCT_FOLDERS.some((folder) => module.path.startsWith(`${folder}/`));
  return module.imports.flatMap((each) => {
    const violation = each.target === null ? null : relativeImport(module.path, each.target, paths);
    const found = [violation, isProduct ? productImport(module.path, each, packages) : null];
    return found.flatMap((text) =>
      text === null ? [] : [text.replace('PLACE', `${module.path}:${each.line}`)],
    );
  });
}

function relativeImport(path: string, target: string, paths: ReadonlySet<string>): string | null {
  // Plain JavaScript, JSON and the root's own files are no modules of ours.
  if (target.endsWith('.ts') && target.includes('/') && !isFixture(target) && !paths.has(target)) {
    return `missing-module: PLACE: ${target}`;
  }
  const room = Object.entries(ROOMS).find(
    ([room, visitors]) => target.startsWith(room) && !startsWithAny(path, [room, ...visitors]),
  );
  if (room !== undefined) return `room: PLACE: only ${[room[0], ...room[1]].join(', ')} may import ${target}`;
  const layer = layersOf(path).find((each) => !mayReach(each, target));
  return layer === undefined ? null : `layer: PLACE: ${layer.from.join(', ')} must not import ${target}`;
}

function isFixture(target: string): boolean {
  return target.startsWith('test/fixtures/');
}

function layersOf(path: string): Layer[] {
  const { folder, files, layer } = DELIVERY_POLICY;
  const isPolicy = path.startsWith(folder) && files.test(path);
  return [
    ...LAYERS.filter(({ from }) => startsWithAny(path, from)),
    ...(isPolicy ? [{ ...layer, from: [`policy of ${folder}`] }] : []),
  ];
}

function mayReach({ only, never }: Layer, target: string): boolean {
  return (only === undefined || startsWithAny(target, only)) && !startsWithAny(target, never ?? []);
}

function productImport(path: string, each: ImportOfModule, packages: DeclaredPackages): string | null {
  const { specifier } = each;
  if (specifier === null) {
    const allowed = startsWithAny(path, COMPUTED_IMPORTERS);
    return allowed ? null : 'computed-import: PLACE: write the specifier out';
  }
  if (each.target !== null) return null;
  const scheme = Object.keys(PLATFORM_SCHEMES).find((known) => specifier.startsWith(known));
  if (scheme !== undefined) {
    const allowed = startsWithAny(path, PLATFORM_SCHEMES[scheme] ?? []);
    return allowed ? null : `layer: PLACE: must not import ${specifier}`;
  }
  if (specifier.startsWith('node:')) {
    const allowed = layersOf(path).every(({ node }) => node) || PURE_NODE_IMPORTS[path]?.includes(specifier);
    return allowed ? null : `layer: PLACE: must not import ${specifier}`;
  }
  return packageImport(path, each, packageOf(specifier), packages);
}

function packageImport(
  path: string,
  { kind }: ImportOfModule,
  name: string,
  { dependencies, devDependencies }: DeclaredPackages,
): string | null {
  const forbidden = layersOf(path).some((layer) => layer.packages !== null && !layer.packages.includes(name));
  const homes = PACKAGE_HOMES[name];
  if (forbidden || (homes !== undefined && !startsWithAny(path, homes))) {
    return `layer: PLACE: must not import the package ${name}`;
  }
  // Erased before it runs; some packages are nothing but their declarations.
  const typesOnly = [name, `@types/${name}`].some((one) => devDependencies.includes(one));
  if (dependencies.includes(name) || (kind === 'type' && typesOnly)) return null;
  if (!devDependencies.includes(name)) return `undeclared-package: PLACE: ${name}`;
  const byImportCall = kind === 'dynamic' && startsWithAny(path, DEV_DEPENDENCY_IMPORTERS);
  const allowed = byImportCall || startsWithAny(path, DEV_DEPENDENCY_FOLDERS);
  return allowed ? null : `dev-dependency: PLACE: ${name}`;
}

/** `zod/mini` is of `zod`, `@aws-sdk/client-x/y` of `@aws-sdk/client-x`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function startsWithAny(path: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => path.startsWith(prefix));
}
