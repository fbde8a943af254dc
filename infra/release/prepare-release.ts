import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { releaseFaults } from './check-release.ts';
import { releasePending } from './versions/changelog.ts';
import { compareVersions, isPrerelease, isVersion } from './versions/compare-versions.ts';
import { readVersions, writeVersions } from './versions/versioned-files.ts';
import { uncommitted } from './working-tree.ts';

const CHART = 'infra/helm/offhook/Chart.yaml';

/** @property date when it is released, as `2026-11-27`. */
type Preparation = { readonly version: string; readonly date: string; readonly dryRun: boolean };

/**
 * Turns a clean checkout into that of a version, to be looked at and committed: versions, changelog, and whether the
 * chart is a prerelease.
 *
 * @returns the files that change.
 * @throws Error when something speaks against it; then nothing is changed.
 */
export async function prepareRelease(root: string, preparation: Preparation): Promise<readonly string[]> {
  const { version, date, dryRun } = preparation;
  await refuse(root, version);
  const path = join(root, 'CHANGELOG.md');
  const changelog = releasePending(readFileSync(path, 'utf8'), version, date);
  const files = ['CHANGELOG.md', ...new Set(readVersions(root).map(({ file }) => file))];
  if (dryRun) return files;
  writeFileSync(path, changelog);
  writeVersions(root, version);
  const chart = join(root, CHART);
  const prerelease = /(artifacthub\.io\/prerelease: )"(?:true|false)"/;
  writeFileSync(chart, readFileSync(chart, 'utf8').replace(prerelease, `$1"${isPrerelease(version)}"`));
  return files;
}

async function refuse(root: string, version: string): Promise<void> {
  if (!isVersion(version))
    throw new Error(`expected a version such as 1.2.3 or 1.2.3-rc.1, not "${version}"`);
  const changed = await uncommitted(root);
  if (changed.length > 0) throw new Error(`commit or remove these first: ${changed.join(', ')}`);
  const faults = await releaseFaults(root);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  const current = readVersions(root)[0]?.version ?? '';
  // The first release has the version that the checkout has had from the beginning.
  if (compareVersions(version, current) < 0) throw new Error(`${version} is older than ${current}`);
}
