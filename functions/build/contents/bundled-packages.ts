import type { Metafile } from 'esbuild';

/**
 * A package of which something is in a bundle.
 *
 * @property directory where it is installed, relative to the bundle's working directory: `node_modules/zod`.
 * @property dependsOn directories of the packages in the bundle that its files import, in order.
 */
export type BundledPackage = { readonly directory: string; readonly dependsOn: readonly string[] };

/**
 * @property packages in order of their directories; one that is installed twice is there twice.
 * @property direct directories of those that our own sources import, in order.
 */
export type BundledPackages = {
  readonly packages: readonly BundledPackage[];
  readonly direct: readonly string[];
};

/** The innermost package that a file belongs to: packages nest. */
const PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;

/** What esbuild says that it put into a bundle, as packages. What it read and dropped again is not in it. */
export function bundledPackages({ inputs, outputs }: Metafile): BundledPackages {
  const kept = new Set(Object.values(outputs).flatMap(keptInputs));
  const importsOf = new Map<string, Set<string>>();
  for (const file of kept) {
    const importer = packageOf(file);
    const imported = importsOf.get(importer) ?? new Set();
    importsOf.set(importer, imported);
    for (const { path } of inputs[file]?.imports ?? []) {
      const directory = packageOf(path);
      if (kept.has(path) && directory !== OURS && directory !== importer) imported.add(directory);
    }
  }
  const sortedImports = (directory: string) => [...(importsOf.get(directory) ?? [])].toSorted();
  return {
    packages: [...importsOf.keys()]
      .filter((directory) => directory !== OURS)
      .toSorted()
      .map((directory) => ({ directory, dependsOn: sortedImports(directory) })),
    direct: sortedImports(OURS),
  };
}

/** In the place of a package's directory. */
const OURS = '';

function packageOf(file: string): string {
  return PACKAGE.exec(file)?.[0] ?? OURS;
}

function keptInputs({ inputs }: Metafile['outputs'][string]): readonly string[] {
  return Object.entries(inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path);
}
