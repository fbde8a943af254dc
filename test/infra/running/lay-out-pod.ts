import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Manifest } from '../manifests/manifest.ts';
import type { RenderedPod, Source } from '../manifests/pods-of.ts';

export type LaidOut = {
  /** Arguments of the container, with paths below the root. */
  readonly args: string[];
  readonly env: Record<string, string>;
};

export type PodSurroundings = {
  readonly manifests: readonly Manifest[];
  /** Keys and values of Secrets, by their names. */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Stands for `/` of the container. */
  readonly root: string;
  readonly node?: string;
  /** Directories that stand for claims, by the claims' names: they outlive the Pod. Without one, a folder of the root. */
  readonly claimed?: Readonly<Record<string, string>>;
  /** The last word on a file of a ConfigMap, for ports and addresses of this machine. */
  readonly edit?: (text: string) => string;
};

/** Folders of ours inside the image; files name them, so they move below the root with the volumes. */
const FOLDERS = /\/(etc|var\/lib)\/offhook/g;

/**
 * Lays the volumes of a Pod's container out below a folder, as the kubelet would at their mount paths: projected
 * ConfigMaps and Secrets, empty directories, claims.
 *
 * @throws Error when the Pod would wait for ever: a ConfigMap, Secret or key that it names is not there.
 */
export function layOutPod({ spec, claims }: RenderedPod, surroundings: PodSurroundings): LaidOut {
  const [container] = spec.containers;
  if (container === undefined) throw new Error('the Pod has no container');
  const { root, node = 'node1', claimed = {} } = surroundings;
  for (const { name, mountPath } of container.volumeMounts ?? []) {
    const volume = spec.volumes?.find((each) => each.name === name);
    if (volume === undefined && !claims.includes(name)) throw new Error(`no volume ${name}`);
    mount(join(root, mountPath), claims.includes(name) ? claimed[name] : undefined);
    for (const source of volume?.projected?.sources ?? []) {
      for (const [path, text] of filesOf(source, surroundings)) write(join(root, mountPath, path), text);
    }
  }
  const env = (container.env ?? []).map(({ name, value }) => [name, value ?? node] as const);
  const args = (container.args ?? []).map((arg) => {
    const expanded = arg.replace(/\$\((\w+)\)/g, (_all, name) => new Map(env).get(name) ?? '');
    return expanded.replace(FOLDERS, `${root}$&`);
  });
  return { args, env: Object.fromEntries(env) };
}

function filesOf(source: Source, { manifests, secrets, root, edit = (text) => text }: PodSurroundings) {
  const { configMap, secret } = source;
  if (configMap !== undefined && configMap.name !== 'kube-root-ca.crt') {
    const data = manifests.find(
      ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMap.name,
    )?.data;
    return configMap.items.map(({ key, path }): [string, string] => {
      return [path, edit(given(data?.[key], `${configMap.name}/${key}`).replace(FOLDERS, `${root}$&`))];
    });
  }
  return (secret?.items ?? []).map(({ key, path }): [string, string] => {
    const kept = secrets[secret?.name ?? '']?.[key] ?? rendered(manifests, secret?.name, key);
    return [path, given(kept, `${secret?.name}/${key}`)];
  });
}

/** What a Secret holds that was rendered with the Pod. */
function rendered(manifests: readonly Manifest[], name: string | undefined, key: string): string | undefined {
  const secret = manifests.find(({ kind, metadata }) => kind === 'Secret' && metadata.name === name);
  const text = secret?.data?.[key];
  return text === undefined ? undefined : Buffer.from(text, 'base64').toString();
}

function given(text: string | undefined, what: string): string {
  if (text === undefined) throw new Error(`the Pod waits for ${what}`);
  return text;
}

function mount(path: string, volume: string | undefined): void {
  mkdirSync(volume === undefined ? path : dirname(path), { recursive: true });
  if (volume !== undefined) symlinkSync(volume, path);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
