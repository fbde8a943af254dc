import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { bundledPackages } from './bundled-packages.ts';
import { cyclonedxSbom } from './cyclonedx-sbom.ts';
import { readPackageFacts } from './package-facts.ts';
import { thirdPartyLicences } from './third-party-licences.ts';

/** Files that go with a bundle, by their names. */
type BundleDescription = Readonly<Record<'offhook.cdx.json' | 'THIRD-PARTY-LICENSES.txt', string>>;

/**
 * What is in the bundles of a checkout: their bill of materials, and the licences of what is not ours.
 *
 * @param root the checkout, which was esbuild's working directory.
 * @param timestamp RFC 3339, for the bill of materials; without it the same sources give the same bytes.
 * @throws Error when a package in it has no licence, or wants its licence text shown and brings none.
 */
export function describeBundle(
  metafiles: readonly Metafile[],
  root: string,
  bundlerVersion: string,
  timestamp?: string,
): BundleDescription {
  const { packages, direct } = bundledPackages(merged(metafiles));
  const { packages: locked } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const described = packages.map(({ directory, dependsOn }) => ({
    ref: directory,
    dependsOn,
    integrity: locked[directory]?.integrity as string | undefined,
    ...readPackageFacts(join(root, directory)),
  }));
  const application = { ref: 'offhook', dependsOn: direct, ...readPackageFacts(root) };
  const bundler = { name: 'esbuild', version: bundlerVersion };
  const sbom = cyclonedxSbom({ application, components: described, bundler, timestamp });
  return {
    'offhook.cdx.json': `${JSON.stringify(sbom, null, 2)}\n`,
    'THIRD-PARTY-LICENSES.txt': thirdPartyLicences(described),
  };
}

function merged(metafiles: readonly Metafile[]): Metafile {
  return {
    inputs: Object.assign({}, ...metafiles.map(({ inputs }) => inputs)),
    outputs: Object.assign({}, ...metafiles.map(({ outputs }) => outputs)),
  };
}
