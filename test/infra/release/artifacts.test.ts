import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commitAll, createCheckout, createTagged } from './support/checkout.ts';

const NAMES = [
  'offhook-npm-0.2.0.tgz',
  'create-offhook-npm-0.2.0.tgz',
  'offhook-chart-0.2.0.tgz',
  'offhook-kustomize-0.2.0.tar.gz',
  'offhook-image-0.2.0.tar',
  'offhook-image-0.2.0.cdx.json',
];
const DIGEST = `sha256:${'ab'.repeat(32)}`;

/** `npm pack` of packages that say this of themselves: the folder after --pack-destination, then the package's. */
function npmPack({ version = '0.2.0', pinned = '^0.2.0' } = {}): string {
  return `
[ "$1" = pack ] || exit 0
package=\${5##*/}; [ $package = npm ] && package=offhook
mkdir -p "$4/package"
echo "{\\"name\\":\\"$package\\",\\"version\\":\\"${version}\\"}" > "$4/package/package.json"
echo "{\\"offhook\\":\\"${pinned}\\"}" > "$4/package/versions.json"
tar -czf "$4/$package-0.2.0.tgz" -C "$4" package
rm -r "$4/package"`;
}

describe('npm run release -- artifacts', () => {
  it('would make each file by a command that has no credential', () => {
    const { code, stdout } = createTagged('0.2.0').release('artifacts', '--tag', 'v0.2.0', '--dry-run');
    expect(code).toBe(0);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(' ').slice(0, 2).join(' ')),
    ).toEqual([...['npm run', 'npm pack', 'npm pack', 'helm package', 'git archive', 'npm run']]);
    expect(stdout).toMatch(
      /--platform linux\/amd64,linux\/arm64 --output \S+\/release\/offhook-image-0\.2\.0\.tar/,
    );
  });

  it('makes them on bases that are fixed, each under a name that says what it is', () => {
    const checkout = createTagged('0.2.0');
    const bases = ['BUILD_IMAGE=node:24', 'RUNTIME_IMAGE=gcr.io/base:1'].map(
      (base) => `ARG ${base}@${DIGEST}\n`,
    );
    checkout.write('infra/image/Dockerfile', bases.join(''));
    commitAll(checkout);
    checkout.git('tag', '--force', 'v0.2.0');
    const helm =
      'for each; do [ "$before" = --destination ] && echo chart > "$each/offhook-0.2.0.tgz"; before=$each; done; true';
    checkout.fake({ npm: npmPack(), helm });
    expect(checkout.release('artifacts', '--tag', 'v0.2.0')).toMatchObject({ code: 0, stderr: '' });
    expect(readdirSync(`${checkout.root}/release`)).toEqual(
      expect.arrayContaining(['create-offhook-npm-0.2.0.tgz', 'offhook-npm-0.2.0.tgz']),
    );
    expect(checkout.read('release/offhook-chart-0.2.0.tgz')).toBe('chart\n');
    const tar = ['tar', '-tzf', `${checkout.root}/release/offhook-kustomize-0.2.0.tar.gz`] as const;
    expect(execFileSync(tar[0], tar.slice(1), { encoding: 'utf8' })).toContain(
      'offhook-kustomize/base/kustomization.yaml',
    );
    expect(checkout.calls().at(-1)).toMatch(
      new RegExp(`--build-image node:24@${DIGEST} --runtime-image gcr.io/base:1@${DIGEST}$`),
    );
    expect(checkout.release('artifacts', '--tag', 'v0.2.0')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/release is not empty: create-offhook-npm-0\.2\.0\.tgz/),
    });
  });

  it.each([
    [
      { version: '0.1.9' },
      'release: offhook-npm-0.2.0.tgz is offhook 0.1.9, and should be offhook 0.2.0\n' +
        'release: create-offhook-npm-0.2.0.tgz is create-offhook 0.1.9, and should be create-offhook 0.2.0\n',
    ],
    [
      { pinned: '^0.1.9' },
      'release: create-offhook-npm-0.2.0.tgz writes projects with offhook ^0.1.9, not ^0.2.0\n',
    ],
  ])('refuses npm packages of another version, before and when they are published: %j', (packed, stderr) => {
    const checkout = createTagged('0.2.0');
    checkout.write('infra/image/Dockerfile', `ARG BUILD_IMAGE=a@${DIGEST}\nARG RUNTIME_IMAGE=b@${DIGEST}\n`);
    commitAll(checkout);
    checkout.git('tag', '--force', 'v0.2.0');
    checkout.fake({
      npm: npmPack(packed),
      helm: 'for each; do [ "$before" = --destination ] && touch "$each/offhook-0.2.0.tgz"; before=$each; done; true',
    });
    expect(checkout.release('artifacts', '--tag', 'v0.2.0')).toMatchObject({ code: 1, stderr });
    const packs = checkout.calls().length;
    for (const what of ['package', 'create'])
      expect(checkout.release('publish', what, '--tag', 'v0.2.0')).toMatchObject({ code: 1, stderr });
    expect(checkout.calls()).toHaveLength(packs);
  });

  it('makes nothing of a tree that is not the tag', () => {
    const checkout = createTagged('0.2.0');
    checkout.write('left-over.txt', '');
    const { code, stderr } = checkout.release('artifacts', '--tag', 'v0.2.0', '--dry-run');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('not committed') });
  });
});

describe('npm run release -- checksums', () => {
  it('writes what sha256sum --check finds good, and bad once a file is changed', () => {
    const checkout = createCheckout();
    for (const name of ['b.tgz', 'a.tar']) checkout.write(`release/${name}`, name.repeat(1000));
    checkout.write('release/SHA256SUMS.sigstore.json', '{}');
    expect(checkout.release('checksums')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^2 files in .*SHA256SUMS/),
    });
    const check = () =>
      execFileSync('sha256sum', ['--check', 'SHA256SUMS'], {
        cwd: `${checkout.root}/release`,
        encoding: 'utf8',
        stdio: 'pipe',
      });
    expect(check()).toBe('a.tar: OK\nb.tgz: OK\n');
    checkout.write('release/a.tar', 'other');
    expect(check).toThrow();
  });

  it.each([
    ['a folder without files', () => {}, /has no files/],
    [
      'a folder in the folder',
      (c: ReturnType<typeof createCheckout>) => c.write('release/in/a', ''),
      /release\/in is not a file/,
    ],
  ])('refuses %s', (_what, before, message) => {
    const checkout = createCheckout();
    checkout.write('release/SHA256SUMS', '');
    before(checkout);
    expect(checkout.release('checksums')).toMatchObject({ code: 1, stderr: expect.stringMatching(message) });
  });
});

describe('npm run release -- publish', () => {
  it('pushes both architectures as they are, and signs and attests the digest that the registry took', () => {
    const checkout = createTagged('0.2.0');
    checkout.fake({
      skopeo: `for each; do case $before in --digestfile) printf %s ${DIGEST} > "$each";; esac; before=$each; done`,
      cosign: '',
    });
    checkout.write('release/offhook-image-0.2.0.tar', '');
    expect(checkout.release('publish', 'image', '--tag', 'v0.2.0')).toMatchObject({ code: 0 });
    const folder = `${checkout.root}/release`;
    expect(checkout.calls()).toEqual([
      `skopeo copy --all --preserve-digests --digestfile ${folder}/image.digest oci-archive:${folder}/offhook-image-0.2.0.tar docker://ghcr.io/offhook/offhook:0.2.0`,
      `cosign sign --yes --recursive ghcr.io/offhook/offhook@${DIGEST}`,
      `cosign attest --yes --type cyclonedx --predicate ${folder}/offhook-image-0.2.0.cdx.json ghcr.io/offhook/offhook@${DIGEST}`,
    ]);
  });

  it('pushes the chart, and signs the digest that Helm prints', () => {
    const checkout = createTagged('0.2.0');
    checkout.fake({
      helm: `echo "Pushed: ghcr.io/offhook/charts/offhook:0.2.0"; echo "Digest: ${DIGEST}"`,
      cosign: '',
    });
    expect(checkout.release('publish', 'chart', '--tag', 'v0.2.0')).toMatchObject({ code: 0 });
    expect(checkout.calls()).toEqual([
      `helm push ${checkout.root}/release/offhook-chart-0.2.0.tgz oci://ghcr.io/offhook/charts`,
      `cosign sign --yes ghcr.io/offhook/charts/offhook@${DIGEST}`,
    ]);
  });

  it('signs nothing when it does not know what was pushed', () => {
    const checkout = createTagged('0.2.0');
    checkout.fake({ helm: 'echo "Pushed"', cosign: '' });
    expect(checkout.release('publish', 'chart', '--tag', 'v0.2.0')).toMatchObject({
      code: 1,
      stderr: 'release: cosign: the registry told no digest to sign\n',
    });
    expect(checkout.calls()).toHaveLength(1);
  });

  it('stops at the first step that fails', () => {
    const checkout = createTagged('0.2.0');
    checkout.fake({ skopeo: 'exit 3', cosign: '' });
    const { code, stderr } = checkout.release('publish', 'image', '--tag', 'v0.2.0');
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'release: skopeo copy ended with exit code 3\n' });
    expect(checkout.calls()).toHaveLength(1);
  });

  it.each([
    ['package', 'offhook', '0.2.0', 'latest'],
    ['package', 'offhook', '0.2.0-rc.1', 'next'],
    ['create', 'create-offhook', '0.2.0', 'latest'],
    ['create', 'create-offhook', '0.2.0-rc.1', 'next'],
  ])('gives npm the %s %s %s with its provenance, as %s', (what, name, version, distTag) => {
    const checkout = createTagged(version);
    for (const each of ['offhook', 'create-offhook']) {
      checkout.write('release/package/package.json', JSON.stringify({ name: each, version }));
      checkout.write('release/package/versions.json', JSON.stringify({ offhook: `^${version}` }));
      const folder = `${checkout.root}/release`;
      execFileSync('tar', ['-czf', `${folder}/${each}-npm-${version}.tgz`, '-C', folder, 'package']);
    }
    checkout.fake({ npm: '' });
    expect(checkout.release('publish', what, '--tag', `v${version}`)).toMatchObject({ code: 0 });
    expect(checkout.calls()).toEqual([
      `npm publish ${checkout.root}/release/${name}-npm-${version}.tgz --provenance --access public --tag ${distTag}`,
    ]);
  });

  it('signs the sums, and makes a release with the changelog’s section and all files', () => {
    const checkout = createTagged('0.2.0-rc.1');
    checkout.fake({ gh: '', cosign: '' });
    checkout.write('release/SHA256SUMS', '');
    expect(checkout.release('publish', 'release', '--tag', 'v0.2.0-rc.1')).toMatchObject({ code: 0 });
    const [sign, create = ''] = checkout.calls();
    expect(sign).toMatch(/^cosign sign-blob --yes --bundle \S+SHA256SUMS\.sigstore\.json \S+SHA256SUMS$/);
    expect(create).toContain(
      'gh release create v0.2.0-rc.1 --verify-tag --title Offhook 0.2.0-rc.1 --notes-file',
    );
    expect(create).toContain(' --prerelease ');
    for (const name of NAMES) expect(create).toContain(`/release/${name.replace('0.2.0', '0.2.0-rc.1')}`);
    expect(checkout.read('release/NOTES.md')).toMatch(/^The first line\.\n/);
  });

  it.each(['image', 'chart', 'package', 'create', 'release'])(
    'only says with --dry-run how it would publish the %s',
    (what) => {
      const checkout = createTagged('0.2.0');
      checkout.fake({ skopeo: '', helm: '', npm: '', gh: '', cosign: '' });
      const { code, stdout } = checkout.release('publish', what, '--tag', 'v0.2.0', '--dry-run');
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('0.2.0') });
      expect(() => checkout.calls()).toThrow('ENOENT');
    },
  );

  it.each([
    ['without a tag', []],
    ['what is not the tag', ['--tag', 'v0.3.0']],
  ])('publishes nothing %s', (_what, args) => {
    const checkout = createTagged('0.2.0');
    checkout.fake({ npm: '' });
    expect(checkout.release('publish', 'package', ...args)).toMatchObject({ code: 1 });
    expect(() => checkout.calls()).toThrow('ENOENT');
  });
});
