import { createHash } from 'node:crypto';
import { npmPackageUrl } from './npm-package-url.ts';

/**
 * A component of the bundle.
 *
 * @property integrity as in package-lock.json: `sha512-` and base64; absent where it is not known.
 * @property ref what others in the bundle know it by.
 * @property dependsOn refs of what it imports.
 */
type SbomComponent = {
  readonly ref: string;
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly integrity?: string | undefined;
  readonly dependsOn: readonly string[];
};

/** `timestamp`: RFC 3339; left out, the document depends on nothing but what is in the bundle. */
type SbomOptions = {
  readonly application: SbomComponent;
  readonly components: readonly SbomComponent[];
  readonly bundler: { readonly name: string; readonly version: string };
  readonly timestamp?: string | undefined;
};

/**
 * A software bill of materials as CycloneDX 1.6. The same contents give the same document, serial number included.
 *
 * @see https://cyclonedx.org/docs/1.6/json/
 */
export function cyclonedxSbom({ application, components, bundler, timestamp }: SbomOptions): object {
  const contents = {
    version: 1,
    metadata: {
      ...(timestamp !== undefined && { timestamp }),
      lifecycles: [{ phase: 'build' }],
      tools: { components: [{ type: 'application', ...bundler }] },
      component: { type: 'application', ...described(application) },
    },
    components: components.map((component) => ({ type: 'library', ...described(component) })),
    dependencies: [application, ...components].map(({ ref, dependsOn }) => ({ ref, dependsOn })),
  };
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(contents))}`,
    ...contents,
  };
}

function described({ ref, name, version, license, integrity }: SbomComponent) {
  return {
    'bom-ref': ref,
    ...groupAndName(name),
    version,
    ...(integrity !== undefined && { hashes: [hash(integrity)] }),
    licenses: [/\s/.test(license) ? { expression: license } : { license: { id: license } }],
    purl: npmPackageUrl(name, version),
  };
}

/** CycloneDX has npm's scopes as groups. */
function groupAndName(name: string): { readonly group?: string; readonly name: string } {
  const [group, scoped] = name.split('/');
  return scoped === undefined ? { name } : { group: String(group), name: scoped };
}

function hash(integrity: string) {
  const [algorithm = '', base64 = ''] = integrity.split('-');
  return { alg: algorithm.replace(/^sha/, 'SHA-'), content: Buffer.from(base64, 'base64').toString('hex') };
}

/** A UUID of version 8, which leaves its bits to whoever makes it (RFC 9562, 5.8). */
function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
