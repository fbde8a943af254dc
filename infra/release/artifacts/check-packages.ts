import { join } from 'node:path';
import { outputOf } from '../programs/run-program.ts';
import { artifactNames } from './artifact-names.ts';

/**
 * What speaks against the npm packages of a release, as they lie in its folder: another name or version in one of them, or
 * another version of `offhook` in the projects that `create-offhook` writes.
 *
 * @returns sentences for people; none if all is well.
 * @throws Error when a package is not there, or lacks one of the files that say so.
 */
export async function packageFaults(folder: string, version: string): Promise<readonly string[]> {
  const names = artifactNames(version);
  const packages = [
    [names.package, 'offhook'],
    [names.create, 'create-offhook'],
  ] as const;
  const faults = await Promise.all(
    packages.map(async ([file, name]) => {
      const manifest = await jsonIn(join(folder, file), 'package.json');
      const found = `${manifest.name} ${manifest.version}`;
      return found === `${name} ${version}` ? [] : [`${file} is ${found}, and should be ${name} ${version}`];
    }),
  );
  const { offhook } = await jsonIn(join(folder, names.create), 'versions.json');
  const pinned =
    offhook === `^${version}`
      ? []
      : [`${names.create} writes projects with offhook ${offhook}, not ^${version}`];
  return [...faults.flat(), ...pinned];
}

/** A file of a package as npm packs it. */
async function jsonIn(tarball: string, file: string): Promise<Readonly<Record<string, unknown>>> {
  return JSON.parse(await outputOf(['tar', '-xzOf', tarball, `package/${file}`], '.'));
}
