/** The files of a release, as people find them beside its notes. */
type ArtifactNames = {
  readonly package: string;
  /** What `npm create offhook` runs. */
  readonly create: string;
  readonly chart: string;
  readonly kustomize: string;
  /** OCI archive of both architectures. */
  readonly image: string;
  /** CycloneDX. */
  readonly sbom: string;
};

/** npm and Helm both call theirs `offhook-VERSION.tgz`; here each says what it is. */
export function artifactNames(version: string): ArtifactNames {
  return {
    package: `offhook-npm-${version}.tgz`,
    create: `create-offhook-npm-${version}.tgz`,
    chart: `offhook-chart-${version}.tgz`,
    kustomize: `offhook-kustomize-${version}.tar.gz`,
    image: `offhook-image-${version}.tar`,
    sbom: `offhook-image-${version}.cdx.json`,
  };
}

export const IMAGE = 'ghcr.io/offhook/offhook';
/** Where charts are; Helm adds the chart's name. */
export const CHARTS = 'ghcr.io/offhook/charts';
