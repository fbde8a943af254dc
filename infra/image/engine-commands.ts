import type { Engine } from './engine.ts';

/**
 * One image to build.
 *
 * @property listName free in the engine's store, for several platforms on their way to the archive.
 * @property ownPlatform of this machine, as the engines write it.
 * @property arguments of the Dockerfile, by their names.
 * @property secrets files that are mounted while npm runs, by their ids in the Dockerfile.
 * @property output an OCI archive to write; null leaves the image in the engine's own store.
 */
export type ImageBuild = {
  readonly root: string;
  readonly tag: string;
  readonly platforms: readonly string[];
  readonly listName: string;
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
  return engine === 'docker' ? [dockerBuild(build)] : buildahCommands(engine, build);
}

/** BuildKit finds the ignore file by the Dockerfile's name, and has the epoch from a build argument. */
function dockerBuild(build: ImageBuild): readonly string[] {
  const { output, tag } = build;
  // Attestations hold times and names of the builder. A release signs its own.
  const head = ['buildx', 'build', '--provenance=false', '--tag', tag];
  const to = output === null ? ['--load'] : ['--output', `type=oci,dest=${output},rewrite-timestamp=true`];
  return [...head, ...to, ...inCommon(build)];
}

/**
 * Podman builds with buildah's code, and takes its options. Each platform is a build of its own, because buildah 1.28
 * has to be told of its platform.
 */
function buildahCommands(engine: 'podman' | 'buildah', build: ImageBuild): EngineCommands {
  const { output, tag, platforms, listName } = build;
  if (output === null) return [buildahBuild(build, '--tag', tag)];
  const archive = `oci-archive:${output}`;
  if (platforms.length < 2) {
    const push = engine === 'podman' ? ['image', 'push'] : ['push'];
    return [buildahBuild(build, '--tag', tag), [...push, tag, archive]];
  }
  return [
    ...platforms.map((platform) => buildahBuild({ ...build, platforms: [platform] }, '--manifest', listName)),
    ['manifest', 'push', '--all', listName, archive],
    ['manifest', 'rm', listName],
  ];
}

function buildahBuild(build: ImageBuild, ...name: readonly string[]): readonly string[] {
  return [
    'build',
    '--format=oci',
    // A label with the builder's version would change the digest from machine to machine.
    '--identity-label=false',
    `--timestamp=${build.epochSeconds}`,
    `--ignorefile=${build.root}/infra/image/Dockerfile.dockerignore`,
    // BuildKit sets both; buildah 1.28 does not know them in FROM, and then takes a base of another platform.
    `--build-arg=BUILDPLATFORM=${build.ownPlatform}`,
    `--build-arg=TARGETPLATFORM=${build.platforms[0] ?? build.ownPlatform}`,
    ...name,
    ...inCommon(build),
  ];
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
