import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A place where the version stands.
 *
 * @property before what is directly in front of it. Every match in the file counts, and there must be one.
 */
type Place = { readonly file: string; readonly before: RegExp };

const VERSION = String.raw`\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]*[0-9A-Za-z])?`;
const KUSTOMIZED_IMAGE = /- name: ghcr\.io\/offhook\/offhook\n\s+newTag: /;

/** All places, the one that counts first. A release changes them together. */
const PLACES: readonly Place[] = [
  { file: 'package.json', before: /^ {2}"version": "/ },
  // The package itself: at the top, and as the first of the packages.
  { file: 'package-lock.json', before: /^(?: {2}| {4}"": \{\n {6}"name": "offhook",\n {6})"version": "/ },
  { file: 'infra/helm/offhook/Chart.yaml', before: /^(?:version: |appVersion: ")/ },
  { file: 'infra/helm/offhook/Chart.yaml', before: /image: ghcr\.io\/offhook\/offhook:/ },
  { file: 'infra/kustomize/base/kustomization.yaml', before: KUSTOMIZED_IMAGE },
  { file: 'infra/kustomize/components/per-node/kustomization.yaml', before: KUSTOMIZED_IMAGE },
  { file: 'infra/kustomize/components/receiver/kustomization.yaml', before: KUSTOMIZED_IMAGE },
  { file: 'docs/install.md', before: /(?<![a-z])VERSION=/ },
];

/** @property line where it was found, from 1. */
type FoundVersion = { readonly file: string; readonly line: number; readonly version: string };

/**
 * The versions that a checkout names, that of package.json first.
 *
 * @throws Error for a file that is not there, or does not name its version where it should.
 */
export function readVersions(root: string): readonly FoundVersion[] {
  return PLACES.flatMap(({ file, before }) => {
    const text = readFileSync(join(root, file), 'utf8');
    const found = [...text.matchAll(pattern(before))].map(({ index, groups }) => ({
      file,
      line: text.slice(0, index).split('\n').length + (groups?.before?.split('\n').length ?? 1) - 1,
      version: groups?.version ?? '',
    }));
    if (found.length === 0) throw new Error(`${file}: no version where it is looked for (${before.source})`);
    return found;
  });
}

/**
 * Writes a version into all places; everything else of the files stays as it is.
 *
 * @returns the files.
 */
export function writeVersions(root: string, version: string): readonly string[] {
  for (const { file, before } of PLACES) {
    const path = join(root, file);
    writeFileSync(path, readFileSync(path, 'utf8').replace(pattern(before), `$<before>${version}`));
  }
  return [...new Set(PLACES.map(({ file }) => file))];
}

function pattern(before: RegExp): RegExp {
  return new RegExp(`(?<before>${before.source})(?<version>${VERSION})`, 'gm');
}
