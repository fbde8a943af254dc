import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { type Manifest, parseManifests } from '../manifests/manifest.ts';
import { kubectl, succeeded } from '../tools/kubernetes-tools.ts';

export const KUSTOMIZE = fileURLToPath(new URL('../../../infra/kustomize', import.meta.url));

export type Overlay = {
  /** Without the base: components alone. */
  readonly withoutBase?: boolean;
  readonly components?: readonly string[];
  readonly namespace?: string;
  /** Further keys of the kustomization. */
  readonly more?: Readonly<Record<string, unknown>>;
};

/** What `kubectl kustomize` makes of an overlay that somebody might write. @throws Error with its words. */
export async function renderOverlay(overlay: Overlay = {}): Promise<Manifest[]> {
  const { components = [], namespace = 'offhook', withoutBase = false, more = {} } = overlay;
  const directory = mkdtempSync(join(tmpdir(), 'offhook-overlay-'));
  const at = (path: string) => relative(directory, join(KUSTOMIZE, path));
  try {
    const kustomization = {
      ...{ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', namespace },
      resources: withoutBase ? [] : [at('base')],
      components: components.map((name) => at(`components/${name}`)),
      ...more,
    };
    writeFileSync(join(directory, 'kustomization.yaml'), stringify(kustomization));
    return await renderFolder(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** What `kubectl kustomize` makes of a folder. */
export async function renderFolder(folder: string): Promise<Manifest[]> {
  return parseManifests(await succeeded(kubectl('kustomize', folder)));
}
