import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bundledPackages } from '../../../../functions/build/contents/bundled-packages.ts';
import { cyclonedxSbom } from '../../../../functions/build/contents/cyclonedx-sbom.ts';
import { readPackageFacts } from '../../../../functions/build/contents/package-facts.ts';
import { thirdPartyLicences } from '../../../../functions/build/contents/third-party-licences.ts';
import { temporaryDirectory } from '../../../support/journal-directory.ts';

function packageWith(manifest: object, files: Readonly<Record<string, string>> = {}): string {
  const directory = join(temporaryDirectory(), 'package');
  mkdirSync(directory);
  writeFileSync(join(directory, 'package.json'), JSON.stringify(manifest));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

it.each([
  ['name', { version: '1.0.0', license: 'MIT' }],
  ['version', { name: 'a', license: 'MIT' }],
  ['license', { name: 'a', version: '1.0.0' }],
  ['license', { name: 'a', version: '1.0.0', license: { type: 'MIT' } }],
])('a package without %s is not bundled', (key, manifest) => {
  expect(() => readPackageFacts(packageWith(manifest))).toThrow(
    new RegExp(`package\\.json has no ${key}: it cannot be bundled`),
  );
});

it('a licence and a notice are given away together, whatever their files are called', () => {
  const files = {
    'LICENCE.md': 'the licence\r\nsecond line\n',
    NOTICE: 'the notice',
    'license-checker.js': 'no',
  };
  const { texts } = readPackageFacts(packageWith({ name: 'a', version: '1.0.0', license: 'MIT' }, files));
  expect(texts.filter((text) => text !== 'no')).toEqual(['the licence\nsecond line', 'the notice']);
});

it('a licence that wants its text shown is refused without it, others are told where it is', () => {
  const facts = (license: string) => ({ name: 'a', version: '1.0.0', license, texts: [] });
  expect(() => thirdPartyLicences([facts('MIT')])).toThrow('a@1.0.0 is under MIT but brings no licence text');
  expect(thirdPartyLicences([facts('Apache-2.0')])).toContain(
    'a@1.0.0 (Apache-2.0)\n\nThe package brings no copy',
  );
});

it('what was read and dropped again is not in the bundle, and a package in a package is its own', () => {
  const file = (...imports: readonly string[]) => ({
    bytes: 1,
    imports: imports.map((path) => ({ path, kind: 'import-statement' as const })),
  });
  const kept = { bytesInOutput: 1 };
  const [a, b, dropped] = [
    'node_modules/a/i.js',
    'node_modules/a/node_modules/@s/b/i.js',
    'node_modules/c/i.js',
  ];
  const metafile = {
    inputs: {
      'cli/main.ts': file(a),
      [a]: file(b, dropped, 'node_modules/a/other.js'),
      [b]: file(),
      [dropped]: file(),
    },
    outputs: {
      'o.js': {
        bytes: 1,
        imports: [],
        exports: [],
        inputs: { 'cli/main.ts': kept, [a]: kept, [b]: kept, [dropped]: { bytesInOutput: 0 } },
      },
    },
  };
  expect(bundledPackages(metafile)).toEqual({
    direct: ['node_modules/a'],
    packages: [
      { directory: 'node_modules/a', dependsOn: ['node_modules/a/node_modules/@s/b'] },
      { directory: 'node_modules/a/node_modules/@s/b', dependsOn: [] },
    ],
  });
});

it('a choice of licences is an expression in the bill of materials', () => {
  const component = (license: string) => ({ ref: 'a', name: 'a', version: '1.0.0', license, dependsOn: [] });
  const sbom = JSON.stringify(
    cyclonedxSbom({
      application: component('Apache-2.0'),
      components: [component('(MIT OR Apache-2.0)')],
      bundler: { name: 'b', version: '1' },
    }),
  );
  expect(sbom).toContain('{"expression":"(MIT OR Apache-2.0)"}');
  expect(sbom).toContain('{"license":{"id":"Apache-2.0"}}');
});
