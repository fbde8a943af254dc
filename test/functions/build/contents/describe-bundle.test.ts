import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildPackage } from '../../../../functions/build/build-package.ts';
import { makeTemporaryDirectory } from '../../support/temporary-directory.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const SBOM = 'offhook.cdx.json';
const LICENCES = 'THIRD-PARTY-LICENSES.txt';

type Component = {
  readonly 'bom-ref': string;
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses: readonly { readonly license?: { readonly id: string } }[];
  readonly hashes: readonly { readonly alg: string; readonly content: string }[];
};

const components = (sbom: string): readonly Component[] => JSON.parse(sbom).components;
const fullName = ({ group, name }: Component) => (group === undefined ? name : `${group}/${name}`);

/** The files beside a bundle, and the bundle as one text. */
async function built(timestamp?: string) {
  const directory = await makeTemporaryDirectory();
  try {
    await buildPackage({ outDir: directory.path, ...(timestamp !== undefined && { timestamp }) });
    const read = (name: string) => readFileSync(`${directory.path}/${name}`, 'utf8');
    const chunks = readdirSync(directory.path).filter((name) => name.endsWith('.js'));
    return { sbom: read(SBOM), licences: read(LICENCES), bundle: chunks.map(read).join('') };
  } finally {
    await directory.remove();
  }
}

describe('beside the bundle', { timeout: 180_000 }, () => {
  let first: Awaited<ReturnType<typeof built>>;
  beforeAll(async () => {
    first = await built();
  }, 180_000);

  it('a bill of materials stands that CycloneDX takes', async () => {
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
    expect(await validator.validate(first.sbom)).toBeNull();
    const wrong = first.sbom.replace('"type": "library"', '"type": "libary"');
    expect(await validator.validate(wrong)).not.toBeNull();
  });

  it('the bill names exactly the packages that the bundle says it holds', () => {
    // esbuild puts the path of each file above its code.
    const named = [...first.bundle.matchAll(/^\s*\/\/ (node_modules\/(?:@[^/\s]+\/)?[^/\s]+)\/\S+$/gm)];
    const packages = new Set(named.map(([, directory]) => directory));
    expect(packages.size).toBeGreaterThan(30);
    expect(new Set(components(first.sbom).map((component) => component['bom-ref']))).toEqual(packages);
  });

  it('the bill has the versions, the sums and the licences of what is installed', () => {
    const { packages } = JSON.parse(readFileSync(`${ROOT}package-lock.json`, 'utf8'));
    for (const component of components(first.sbom)) {
      const { version, integrity, license } = packages[component['bom-ref']];
      const [hash] = component.hashes;
      const base64 = Buffer.from(hash?.content ?? '', 'hex').toString('base64');
      expect([component.version, `sha512-${base64}`, hash?.alg]).toEqual([version, integrity, 'SHA-512']);
      expect(component.licenses).toEqual([{ license: { id: license } }]);
      expect(component.purl).toBe(`pkg:npm/${fullName(component).replace('@', '%40')}@${version}`);
    }
  });

  it('the bill says who brought what', () => {
    const { dependencies, metadata } = JSON.parse(first.sbom);
    const dependsOn = (ref: string) =>
      dependencies.find((each: { readonly ref: string }) => each.ref === ref)?.dependsOn;
    expect(dependsOn(metadata.component['bom-ref'])).toEqual(
      expect.arrayContaining(['node_modules/undici', 'node_modules/zod']),
    );
    expect(dependsOn(metadata.component['bom-ref'])).not.toContain('node_modules/smart-buffer');
    expect(dependsOn('node_modules/socks')).toEqual(['node_modules/ip-address', 'node_modules/smart-buffer']);
  });

  it('the licence text of every package stands', () => {
    for (const component of components(first.sbom)) {
      expect(first.licences).toContain(`\n${fullName(component)}@${component.version} (`);
    }
    expect(first.licences).toMatch(/^undici@\S+ \(MIT\)\n\nMIT License\n\nCopyright/m);
  });

  it('the same sources give the same bytes, and another time another serial number', async () => {
    const [again, dated] = [await built(), await built('2026-01-02T03:04:05.000Z')];
    expect(again).toEqual(first);
    expect(JSON.parse(dated.sbom).metadata.timestamp).toBe('2026-01-02T03:04:05.000Z');
    const serial = (sbom: string) => JSON.parse(sbom).serialNumber;
    expect(serial(dated.sbom)).not.toBe(serial(first.sbom));
    expect(serial(first.sbom)).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });
});

it("the page's script, which is bundled by itself, brings no package", async () => {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['functions/page/client/main.ts', 'functions/page/style/page.css'],
    outdir: 'page',
    bundle: true,
    write: false,
    metafile: true,
  });
  const inputs = Object.keys(metafile.inputs);
  expect(inputs).toContain('functions/page/client/main.ts');
  expect(inputs.filter((path) => path.includes('node_modules/'))).toEqual([]);
});
