import { join } from 'node:path';
import { counted } from '../../settings/counted.ts';
import { commandOutput, type Run, succeeds } from './run-command.ts';

/** The image of one platform. `sizeBytes`: what a node downloads, layers as they are packed. */
type PlatformImage = {
  readonly platform: string;
  readonly digest: string;
  readonly layers: readonly Descriptor[];
  readonly sizeBytes: number;
};

/** `digest`: of what a registry answers for the name, the index where there are several platforms. */
type OciArchive = { readonly digest: string; readonly images: readonly PlatformImage[] };

type Descriptor = { readonly mediaType: string; readonly digest: string; readonly size: number };
type Index = { readonly manifests: readonly Descriptor[] };
type Manifest = { readonly config: Descriptor; readonly layers: readonly Descriptor[] };
type Config = { readonly os: string; readonly architecture: string; readonly variant?: string };

/**
 * Reads which images an archive of the OCI image layout holds, for one name.
 *
 * @throws Error when `tar` cannot read it or it has another number of names.
 * @see https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
export async function readOciArchive(file: string, run: Run): Promise<OciArchive> {
  const read = async <T>(path: string) =>
    JSON.parse(await commandOutput(run, 'tar', ['-xOf', file, path])) as T;
  const blob = <T>({ digest }: Descriptor) => read<T>(blobPath(digest));
  const { manifests } = await read<Index>('index.json');
  const [top, ...more] = manifests;
  if (top === undefined || more.length > 0)
    throw new Error(`${file} holds ${counted(manifests.length, 'image')}, not one`);
  const single = top.mediaType.includes('manifest.v1') || top.mediaType.includes('manifest.v2');
  const each = single ? [top] : (await blob<Index>(top)).manifests;
  const images = await Promise.all(
    each.map(async (descriptor) => {
      const { config, layers } = await blob<Manifest>(descriptor);
      const { os, architecture } = await blob<Config>(config);
      const sizeBytes = layers.reduce((sum, { size }) => sum + size, config.size);
      return { platform: `${os}/${architecture}`, digest: descriptor.digest, layers, sizeBytes };
    }),
  );
  return { digest: top.digest, images };
}

/**
 * The text of a file in an image; the last layer that has it counts.
 *
 * @param path without a leading slash.
 * @param scratch a directory for the layers, because `tar` looks into a compressed file only on disk.
 * @throws Error when no layer has it.
 */
export async function readFromImage(
  archive: string,
  image: PlatformImage,
  path: string,
  { scratch, run }: { readonly scratch: string; readonly run: Run },
): Promise<string> {
  for (const { digest } of image.layers.toReversed()) {
    await commandOutput(run, 'tar', ['-xf', archive, '-C', scratch, blobPath(digest)]);
    const found = await run('tar', ['-xOf', join(scratch, blobPath(digest)), path]);
    if (succeeds(found)) return found.stdout;
  }
  throw new Error(`${archive} has no ${path} in ${image.platform}`);
}

function blobPath(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}
