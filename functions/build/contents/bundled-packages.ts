import type { Metafile } from 'esbuild';

/**
 * A package of which something is in a bundle.
 *
 * @property directory where it is installed, relative to the bundle's working directory: `node_modules/zod`.
 * @property dependsOn directories of the packages in the bundle that its files import, in order.
 */
type BundledPackage = { readonly directory: string; readonly dependsOn: readonly string[] };

/**
 * @property packages in order of their directories; one that is installed twice is there twice.
 * @property direct directories of those that our own sources import, in order.
 */
type BundledPackages = {
  readonly packages: readonly BundledPackage[];
  readonly direct: readonly string[];
};

/** The innermost package that a file belongs to: packages nest. */
const PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;

/** What esbuild says that it put into a bundle, as packages. What it read and dropped again is not in it. */
export function bundledPackages({ inputs, outputs }: Metafile): BundledPackages {
  const kept = new Set(Object.values(outputs).flatMap(keptInputs).map(packageOf));
  const importsOf = new Map([...kept].map((directory) => [directory, new Set<string>()]));
  // Of all files, not only those that were kept: one that only passes on what others export leaves nothing behind.
  for (const [file, { imports }] of Object.entries(inputs)) {
    const importer = packageOf(file);
    const imported = imports.map(({ path }) => packageOf(path));
    for (const directory of imported) {
      if (directory !== OURS && directory !== importer && kept.has(directory)) {
        importsOf.get(importer)?.add(directory);
      }
    }
  }
  const sortedImports = (directory: string) => [...(importsOf.get(directory) ?? [])].toSorted();
  return {
    packages: [...kept]
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
