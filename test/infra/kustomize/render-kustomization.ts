import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { type Manifest, parseManifests } from '../manifests/manifest.ts';
import { kubectl, succeeded } from '../tools/kubernetes-tools.ts';

export const KUSTOMIZE = fileURLToPath(new URL('../../../infra/kustomize', import.meta.url));

export type Overlay = {
  /** Without the base: components alone. */
  readonly withoutBase?: boolean;
  readonly components?: readonly string[];
  readonly namespace?: string;
  /** Only these namespaces, by a Role in each. */
  readonly namespaces?: readonly string[];
  /** Further keys of the kustomization. */
  readonly more?: Readonly<Record<string, unknown>>;
};

/** What `kubectl kustomize` makes of an overlay that somebody might write. @throws Error with its words. */
export async function renderOverlay(overlay: Overlay = {}): Promise<Manifest[]> {
  const { components = [], namespace = 'offhook', withoutBase = false, more = {} } = overlay;
  const directory = mkdtempSync(join(tmpdir(), 'offhook-overlay-'));
  try {
    if (overlay.namespaces !== undefined) return await renderNamespaces(directory, overlay.namespaces);
    writeKustomization(directory, {
      namespace,
      resources: withoutBase ? [] : [from(directory, 'base')],
      components: components.map((name) => from(directory, `components/${name}`)),
      ...more,
    });
    return await renderFolder(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** As overlays/namespaces has it: the watcher in one folder, and one for each namespace. */
async function renderNamespaces(directory: string, namespaces: readonly string[]): Promise<Manifest[]> {
  const config = parse(readFileSync(join(KUSTOMIZE, 'base/offhook.yaml'), 'utf8'));
  writeFileSync(
    join(directory, 'offhook.yaml'),
    stringify({ ...config, watch: { ...config.watch, namespaces } }),
  );
  for (const namespace of namespaces) {
    const folder = join(directory, namespace);
    mkdirSync(folder);
    writeKustomization(folder, { namespace, resources: [from(folder, 'access')] });
  }
  writeKustomization(directory, {
    resources: [from(directory, 'base'), ...namespaces],
    components: [from(directory, 'components/namespaces')],
    configMapGenerator: [
      { name: 'offhook-config', namespace: 'offhook', behavior: 'replace', files: ['offhook.yaml'] },
    ],
  });
  return await renderFolder(directory);
}

function from(directory: string, path: string): string {
  return relative(directory, join(KUSTOMIZE, path));
}

function writeKustomization(directory: string, keys: Readonly<Record<string, unknown>>): void {
  const kind = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' };
  writeFileSync(join(directory, 'kustomization.yaml'), stringify({ ...kind, ...keys }));
}

/** What `kubectl kustomize` makes of a folder. */
export async function renderFolder(folder: string): Promise<Manifest[]> {
  return parseManifests(await succeeded(kubectl('kustomize', folder)));
}
