import { parseArgs } from 'node:util';
import { messageOf } from '../../settings/ambient/describe-error.ts';
import { ENGINES, type Engine } from './engine.ts';

export const IMAGE_HELP = `Usage: npm run image -- [OPTIONS]

Builds the image of Offhook with docker, podman or buildah, whichever is there and works, and prints its
name, digest and size. What is built is this checkout; how the builder reaches npm's registry is read from
npm's own configuration and stays out of the image.

Options:
  --tag NAME[:TAG]      what it is called (default offhook:VERSION)
  --platform OS/ARCH    linux/amd64 or linux/arm64 (default this machine's); both with a comma between them,
                        which needs --output
  --output FILE         write it as an OCI archive, and its bill of materials beside it
  --runtime-image REF   what it runs on; REF@sha256:… to fix it (default in infra/image/Dockerfile)
  --build-image REF     what it is built on (default in infra/image/Dockerfile)
  --node PATH           Node in the runtime image (default /nodejs/bin/node)
  --engine NAME         docker, podman or buildah (default the first that works)
  -h, --help            this text

Environment: SOURCE_DATE_EPOCH, when the image is said to have been made (default the time of the commit).
The same commit on the same bases gives the same layers.
`;

/** What the command line says; what is undefined is the Dockerfile's to say, or the machine's. */
export type ImageOptions = {
  readonly tag: string | undefined;
  readonly platforms: readonly string[];
  readonly output: string | undefined;
  readonly runtimeImage: string | undefined;
  readonly buildImage: string | undefined;
  readonly node: string | undefined;
  readonly engine: Engine | undefined;
};

type ReadOptions =
  | { readonly kind: 'options'; readonly options: ImageOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'mistake'; readonly message: string };

const PLATFORMS = ['linux/amd64', 'linux/arm64'];

/** Reads the command line of `npm run image`. */
export function readImageOptions(args: readonly string[]): ReadOptions {
  try {
    const { help, platform, engine, ...values } = parse(args);
    if (help) return { kind: 'help' };
    const platforms = platform?.split(',') ?? [];
    const mistake = mistakeIn(platforms, values) ?? notOneOf('--engine', engine ? [engine] : [], ENGINES);
    if (mistake !== null) return { kind: 'mistake', message: mistake };
    const { 'runtime-image': runtimeImage, 'build-image': buildImage, tag, output, node } = values;
    const options = {
      tag,
      platforms,
      output,
      runtimeImage,
      buildImage,
      node,
      engine: engine as Engine | undefined,
    };
    return { kind: 'options', options };
  } catch (error) {
    return { kind: 'mistake', message: messageOf(error) };
  }
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      tag: { type: 'string' },
      platform: { type: 'string' },
      output: { type: 'string' },
      'runtime-image': { type: 'string' },
      'build-image': { type: 'string' },
      node: { type: 'string' },
      engine: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  }).values;
}

function mistakeIn(
  platforms: readonly string[],
  { node, output }: { readonly node?: string | undefined; readonly output?: string | undefined },
): string | null {
  if (node !== undefined && !node.startsWith('/')) return `--node must be an absolute path, not "${node}"`;
  if (platforms.length > 1 && output === undefined) {
    return 'several platforms need --output: most stores take the image of one';
  }
  return notOneOf('--platform', platforms, PLATFORMS);
}

function notOneOf(option: string, given: readonly string[], known: readonly string[]): string | null {
  const wrong = given.find((value) => !known.includes(value));
  return wrong === undefined ? null : `${option} must be ${known.join(' or ')}, not "${wrong}"`;
}
