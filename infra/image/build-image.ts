import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { messageOf } from '../../settings/ambient/describe-error.ts';
import { findEngine } from './engine.ts';
import { engineCommands, type ImageBuild } from './engine-commands.ts';
import { IMAGE_HELP, type ImageOptions, readImageOptions } from './image-options.ts';
import { writeNpmSecrets } from './npm-secrets.ts';
import { readFromImage, readOciArchive } from './oci-archive.ts';
import { commandOutput, runCommand } from './run-command.ts';
import { readSourceState } from './source-state.ts';
import { inspectStored } from './stored-image.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const SBOM_IN_IMAGE = 'opt/offhook/dist/offhook.cdx.json';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Builds the image of this checkout.
 *
 * @returns what there is to tell about it, a line each.
 * @throws Error when no engine works, or the build fails.
 */
async function buildImage(options: ImageOptions, env: Environment): Promise<readonly string[]> {
  const engine = await findEngine(runCommand, options.engine);
  const scratch = await mkdtemp(join(tmpdir(), 'offhook-image-'));
  try {
    const secrets = await writeNpmSecrets(scratch, runCommand, env);
    const build = { ...(await describeBuild(options, env)), secrets };
    for (const command of engineCommands(engine, build)) {
      await commandOutput(runCommand, engine, command, { show: true });
    }
    return build.output === null
      ? await inspectStored(engine, build.tag, runCommand)
      : await describeArchive(build.tag, build.output, scratch);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

async function describeBuild(options: ImageOptions, env: Environment): Promise<Omit<ImageBuild, 'secrets'>> {
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const { revision, committedAtSeconds } = await readSourceState(ROOT, runCommand);
  const { runtimeImage, buildImage, node } = options;
  const digest = runtimeImage?.split('@')[1];
  return {
    root: ROOT,
    tag: options.tag ?? `offhook:${version}`,
    platforms: options.platforms,
    listName: `offhook-${randomUUID()}`,
    ownPlatform: `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`,
    epochSeconds: readEpoch(env) ?? committedAtSeconds ?? 0,
    arguments: {
      ...(runtimeImage !== undefined && { RUNTIME_IMAGE: runtimeImage }),
      ...(buildImage !== undefined && { BUILD_IMAGE: buildImage }),
      ...(node !== undefined && { NODE_BINARY: node }),
    },
    labels: {
      'org.opencontainers.image.version': version,
      ...(revision !== null && { 'org.opencontainers.image.revision': revision }),
      ...(digest !== undefined && { 'org.opencontainers.image.base.digest': digest }),
    },
    output: options.output === undefined ? null : resolve(options.output),
  };
}

/** @see https://reproducible-builds.org/specs/source-date-epoch/ */
function readEpoch({ SOURCE_DATE_EPOCH: text }: Environment): number | null {
  if (text === undefined) return null;
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new Error(`SOURCE_DATE_EPOCH must be seconds since 1970, not "${text}"`);
}

async function describeArchive(tag: string, file: string, scratch: string): Promise<readonly string[]> {
  const { digest, images } = await readOciArchive(file, runCommand);
  const [first] = images;
  const bases = new Set(images.map(({ layers }) => layers[0]?.digest));
  if (bases.size < images.length) {
    throw new Error(
      'the images of several platforms stand on the same base: it is not there for all of them',
    );
  }
  if (first === undefined) throw new Error(`${file} holds no image`);
  const sbom = `${file.replace(/\.tar$/, '')}.cdx.json`;
  await writeFile(sbom, await readFromImage(file, first, SBOM_IN_IMAGE, { scratch, run: runCommand }));
  return [
    `name     ${tag}`,
    `digest   ${digest}`,
    ...images.map(
      (image) =>
        `${image.platform.padEnd(12)} ${(image.sizeBytes / 1_048_576).toFixed(1)} MiB  ${image.digest}`,
    ),
    `archive  ${file}`,
    `sbom     ${sbom}`,
  ];
}

/** `npm run image`; sets the exit code: 1 when it fails, 2 for a mistake on the command line. */
async function main(args: readonly string[], env: Environment): Promise<void> {
  const read = readImageOptions(args);
  if (read.kind === 'help') {
    process.stdout.write(IMAGE_HELP);
  } else if (read.kind === 'mistake') {
    console.error(`npm run image: ${read.message}\nTry "npm run image -- --help".`);
    process.exitCode = 2;
  } else {
    try {
      for (const line of await buildImage(read.options, env)) console.log(line);
    } catch (error) {
      console.error(`npm run image: cannot build the image: ${messageOf(error)}`);
      process.exitCode = 1;
    }
  }
}

if (import.meta.main) await main(process.argv.slice(2), process.env);
