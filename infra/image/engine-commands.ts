import type { Engine } from './engine.ts';

/**
 * One image to build.
 *
 * @property ownPlatform of this machine, as the engines write it.
 * @property arguments of the Dockerfile, by their names.
 * @property secrets files that are mounted while npm runs, by their ids in the Dockerfile.
 * @property output an OCI archive to write; null leaves the image in the engine's own store.
 */
export type ImageBuild = {
  readonly root: string;
  readonly tag: string;
  readonly platforms: readonly string[];
  readonly ownPlatform: string;
  readonly epochSeconds: number;
  readonly arguments: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly output: string | null;
};

/** Argument lists, each for one run of the engine, in order. */
type EngineCommands = readonly (readonly string[])[];

/** What the engine is told in order to build an image and to write it where it shall be. */
export function engineCommands(engine: Engine, build: ImageBuild): EngineCommands {
  return engine === 'docker' ? [dockerBuild(build)] : [buildahBuild(build), ...buildahSave(engine, build)];
}

/** BuildKit finds the ignore file by the Dockerfile's name, and has the epoch from a build argument. */
function dockerBuild(build: ImageBuild): readonly string[] {
  const { output, tag } = build;
  // Attestations hold times and names of the builder. A release signs its own.
  const head = ['buildx', 'build', '--provenance=false', '--tag', tag];
  const to = output === null ? ['--load'] : ['--output', `type=oci,dest=${output},rewrite-timestamp=true`];
  return [...head, ...to, ...inCommon(build)];
}

/** Podman builds with buildah's code, and takes its options. */
function buildahBuild(build: ImageBuild): readonly string[] {
  const { root, tag, platforms, epochSeconds } = build;
  return [
    'build',
    '--format=oci',
    // A label with the builder's version would change the digest from machine to machine.
    '--identity-label=false',
    `--timestamp=${epochSeconds}`,
    `--ignorefile=${root}/infra/image/Dockerfile.dockerignore`,
    // Older ones do not know it in FROM.
    `--build-arg=BUILDPLATFORM=${build.ownPlatform}`,
    platforms.length > 1 ? '--manifest' : '--tag',
    tag,
    ...inCommon(build),
  ];
}

function buildahSave(engine: 'podman' | 'buildah', { output, tag, platforms }: ImageBuild): EngineCommands {
  if (output === null) return [];
  const archive = `oci-archive:${output}`;
  if (platforms.length > 1) return [['manifest', 'push', '--all', tag, archive]];
  return [engine === 'podman' ? ['image', 'push', tag, archive] : ['push', tag, archive]];
}

function inCommon(build: ImageBuild): readonly string[] {
  const pairs = (option: string, values: Readonly<Record<string, string>>) =>
    Object.entries(values).flatMap(([name, value]) => [option, `${name}=${value}`]);
  return [
    `--file=${build.root}/infra/image/Dockerfile`,
    ...(build.platforms.length > 0 ? ['--platform', build.platforms.join(',')] : []),
    ...pairs('--build-arg', { ...build.arguments, SOURCE_DATE_EPOCH: String(build.epochSeconds) }),
    ...pairs('--label', build.labels),
    ...Object.entries(build.secrets).flatMap(([id, file]) => ['--secret', `id=${id},src=${file}`]),
    build.root,
  ];
}
