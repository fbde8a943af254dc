import { join } from 'node:path';
import { artifactNames, CHARTS, IMAGE } from '../artifacts/artifact-names.ts';
import { CHECKSUMS } from '../artifacts/checksums.ts';
import type { CommandLine } from '../programs/run-program.ts';
import { isPrerelease } from '../versions/compare-versions.ts';

export const PUBLISHED = ['image', 'chart', 'package', 'create', 'release'] as const;
export type Published = (typeof PUBLISHED)[number];

/** @property folder where `artifacts` put the files, and where each step leaves what the next one needs. */
type Publication = { readonly version: string; readonly folder: string };

/** Where a digest stands in what a program leaves, for the steps after it. */
export type PublishStep = {
  readonly command: CommandLine;
  /** The first digest in this file, or in what the command prints (`null`), is `DIGEST` of later steps. */
  readonly digestFrom?: string | null;
};

/** Stands for the digest of what was pushed: signatures are on digests, because a tag can be moved. */
export const DIGEST = '@DIGEST@';

/** What publishes one of the five, in order. */
export function publishSteps(what: Published, { version, folder }: Publication): readonly PublishStep[] {
  const names = artifactNames(version);
  const file = (name: string) => join(folder, name);
  switch (what) {
    case 'image':
      return imageSteps(version, file(names.image), file(names.sbom), file('image.digest'));
    case 'chart':
      return [
        { command: ['helm', 'push', file(names.chart), `oci://${CHARTS}`], digestFrom: null },
        { command: ['cosign', 'sign', '--yes', `${CHARTS}/offhook@${DIGEST}`] },
      ];
    case 'package':
      return [npmStep(version, file(names.package))];
    // By itself, so that it can be tried again: npm takes no version twice.
    case 'create':
      return [npmStep(version, file(names.create))];
    case 'release':
      return releaseSteps(version, file);
  }
}

function npmStep(version: string, file: string): PublishStep {
  return {
    command: [
      ...(['npm', 'publish', file, '--provenance', '--access', 'public'] as const),
      // What nobody asked for must not come with `npm install offhook`.
      ...['--tag', isPrerelease(version) ? 'next' : 'latest'],
    ],
  };
}

function imageSteps(
  version: string,
  archive: string,
  sbom: string,
  digestFile: string,
): readonly PublishStep[] {
  const signed = `${IMAGE}@${DIGEST}`;
  return [
    {
      // Both architectures as they were built: what is signed is what was tested.
      command: [
        ...(['skopeo', 'copy', '--all', '--preserve-digests', '--digestfile', digestFile] as const),
        ...[`oci-archive:${archive}`, `docker://${IMAGE}:${version}`],
      ],
      digestFrom: digestFile,
    },
    { command: ['cosign', 'sign', '--yes', '--recursive', signed] },
    { command: ['cosign', 'attest', '--yes', '--type', 'cyclonedx', '--predicate', sbom, signed] },
  ];
}

function releaseSteps(version: string, file: (name: string) => string): readonly PublishStep[] {
  const { package: npm, create, chart, kustomize, image, sbom } = artifactNames(version);
  const [sums, bundle] = [CHECKSUMS, `${CHECKSUMS}.sigstore.json`];
  return [
    { command: ['cosign', 'sign-blob', '--yes', '--bundle', file(bundle), file(sums)] },
    {
      command: [
        ...([
          'gh',
          'release',
          'create',
          `v${version}`,
          '--verify-tag',
          '--title',
          `Offhook ${version}`,
        ] as const),
        ...['--notes-file', file('NOTES.md'), ...(isPrerelease(version) ? ['--prerelease'] : [])],
        ...[npm, create, chart, kustomize, image, sbom, sums, bundle].map(file),
      ],
    },
  ];
}
