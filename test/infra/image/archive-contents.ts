import { execFileSync } from 'node:child_process';
import { gunzipSync } from 'node:zlib';

/**
 * What an OCI archive of one image holds, read without the product's code.
 *
 * @property layers digests, the base's first.
 * @property files of the last layer, which is what the Dockerfile adds; links with them, directories not.
 * @property everything that layer unpacked, and the configuration with the history, as one text.
 */
export type ArchiveContents = {
  readonly digest: string;
  readonly config: { readonly architecture: string };
  readonly layers: readonly string[];
  readonly files: readonly string[];
  readonly everything: string;
  read(path: string): string;
};

const most = { maxBuffer: 1 << 28 };

export function archiveContents(archive: string): ArchiveContents {
  const member = (path: string) => execFileSync('tar', ['-xOf', archive, path], most);
  const blob = (digest: string) => member(`blobs/${digest.replace(':', '/')}`);
  const [{ digest }] = JSON.parse(member('index.json').toString()).manifests;
  const manifest = JSON.parse(blob(digest).toString());
  const layers: readonly string[] = manifest.layers.map((layer: { readonly digest: string }) => layer.digest);
  const config = blob(manifest.config.digest).toString();
  const layer = gunzipSync(blob(layers.at(-1) ?? ''));
  const tar = (...args: readonly string[]) => execFileSync('tar', args, { input: layer, ...most }).toString();
  return {
    digest,
    config: JSON.parse(config),
    layers,
    files: tar('-t')
      .split('\n')
      .filter((file) => file !== '' && !file.endsWith('/')),
    everything: `${config}\n${layer.toString('latin1')}`,
    read: (path) => tar('-xO', path),
  };
}
