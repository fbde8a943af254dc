import { mkdir, readdir, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type CommandLine, runProgram } from '../programs/run-program.ts';
import { artifactNames } from './artifact-names.ts';
import { packageFaults } from './check-packages.ts';

/** @property baseImages options of `npm run image` that fix its bases by digest. */
type ArtifactBuild = {
  readonly root: string;
  readonly version: string;
  readonly out: string;
  readonly baseImages: readonly string[];
};

/**
 * One step: a command and, where its program names the file itself, the name it shall have.
 */
type BuildStep = {
  readonly command: CommandLine;
  readonly rename?: readonly [from: string, to: string];
};

/**
 * What makes all files of a release. No step needs a credential, so nothing that is built can take one along.
 */
export function buildSteps({ version, out, baseImages }: Omit<ArtifactBuild, 'root'>): readonly BuildStep[] {
  const folder = resolve(out);
  const names = artifactNames(version);
  const named = `offhook-${version}.tgz`;
  return [
    { command: ['npm', 'run', '-s', 'build'] },
    {
      command: ['npm', 'pack', '--silent', '--pack-destination', folder, './dist/npm'],
      rename: [named, names.package],
    },
    {
      command: ['npm', 'pack', '--silent', '--pack-destination', folder, './dist/create-offhook'],
      rename: [`create-${named}`, names.create],
    },
    {
      command: ['helm', 'package', 'infra/helm/offhook', '--destination', folder],
      rename: [named, names.chart],
    },
    {
      command: [
        ...(['git', 'archive', '--format=tar.gz', '--prefix=offhook-kustomize/'] as const),
        ...[`--output=${join(folder, names.kustomize)}`, 'HEAD:infra/kustomize'],
      ],
    },
    {
      command: [
        ...(['npm', 'run', '-s', 'image', '--', '--platform', 'linux/amd64,linux/arm64'] as const),
        ...['--output', join(folder, names.image), ...baseImages],
      ],
    },
  ];
}

/**
 * Makes all files of a release in an empty or new folder.
 *
 * @throws Error when a step fails, the folder has files, or an npm package is not what it should be.
 */
export async function buildArtifacts(build: ArtifactBuild): Promise<void> {
  await mkdir(build.out, { recursive: true });
  const there = await readdir(build.out);
  if (there.length > 0) throw new Error(`${build.out} is not empty: ${there.slice(0, 3).join(', ')}`);
  for (const { command, rename: name } of buildSteps(build)) {
    await runProgram(command, build.root);
    if (name !== undefined) await rename(join(build.out, name[0]), join(build.out, name[1]));
  }
  const faults = await packageFaults(build.out, build.version);
  if (faults.length > 0) throw new Error(faults.join('\n'));
}
