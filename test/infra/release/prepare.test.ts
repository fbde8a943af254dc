import { describe, expect, it } from 'vitest';
import { releaseFaults } from '../../../infra/release/check-release.ts';
import { readVersions } from '../../../infra/release/versions/versioned-files.ts';
import { commitAll, createCheckout, createTagged, ROOT } from './support/checkout.ts';

it('this repository names one version', async () => {
  expect(await releaseFaults(ROOT)).toEqual([]);
});

describe('npm run release -- prepare', () => {
  it('writes the version everywhere and makes Pending its section, so that check passes once it is tagged', () => {
    const checkout = createCheckout();
    const { code, stdout } = checkout.release('prepare', '0.2.0', '--date', '2026-11-27');
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('  CHANGELOG.md\n') });
    const changed = checkout.git('diff', '--stat');
    for (const file of stdout.trim().split('\n').slice(1)) expect(changed).toContain(file.trim());
    expect(checkout.git('diff', '--unified=0').match(/^\+.*0\.2\.0/gm)?.length).toBe(
      readVersions(ROOT).length + 1,
    );
    expect(JSON.parse(checkout.read('package-lock.json')).packages['']).toMatchObject({ version: '0.2.0' });
    expect(checkout.read('CHANGELOG.md')).toContain(
      '## Pending\n\n## 0.2.0 - 2026-11-27\n\nThe first line.\n\n### Added\n\n- A thing.\n',
    );
    expect(checkout.read('infra/helm/offhook/Chart.yaml')).toContain('prerelease: "false"');
    commitAll(checkout);
    checkout.git('tag', 'v0.2.0');
    expect(checkout.release('check', '--tag', 'v0.2.0')).toMatchObject({ code: 0, stdout: 'Ready: 0.2.0\n' });
    expect(checkout.release('notes', '0.2.0').stdout).toBe(
      'The first line.\n\n### Added\n\n- A thing.\n- Another one.\n',
    );
  });

  it('takes the date of today, and marks the chart of a prerelease', () => {
    const checkout = createCheckout();
    expect(checkout.release('prepare', '0.2.0-rc.1').code).toBe(0);
    expect(checkout.read('CHANGELOG.md')).toMatch(/^## 0\.2\.0-rc\.1 - 20\d\d-\d\d-\d\d$/m);
    expect(checkout.read('infra/helm/offhook/Chart.yaml')).toContain('prerelease: "true"');
    expect(checkout.release('check').code).toBe(0);
  });

  it('changes nothing with --dry-run, and says what it would', () => {
    const checkout = createCheckout();
    const { code, stdout } = checkout.release('prepare', '0.2.0', '--dry-run');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^Would change:\n {2}CHANGELOG/),
    });
    expect(checkout.git('status', '--porcelain')).toBe('');
  });

  it.each([
    [
      'a dirty tree',
      (c: Checkout) => c.write('left-over.txt', ''),
      '0.2.0',
      /commit or remove .*left-over\.txt/,
    ],
    ['an older version', () => {}, '0.0.9', /0\.0\.9 is older than /],
    ['what is no version', () => {}, 'v0.2.0', /a version such as 1\.2\.3.*"v0\.2\.0"/],
    ['a version with build metadata', () => {}, '0.2.0+1', /a version such as/],
    [
      'an empty Pending',
      committed('CHANGELOG.md', /The first line[\s\S]*one\.\n/, ''),
      '0.2.0',
      /nothing is pending/,
    ],
    [
      'a version that has a section',
      committed('CHANGELOG.md', '## 0.0.9', '## 0.2.0'),
      '0.2.0',
      /a section "## 0\.2\.0" already/,
    ],
    ['no Pending', committed('CHANGELOG.md', '## Pending', '## Later'), '0.2.0', /no section "## Pending"/],
    [
      'versions that differ already',
      committed('infra/helm/offhook/Chart.yaml', /^version: .*$/m, 'version: 9.9.9'),
      '0.2.0',
      /infra\/helm\/offhook\/Chart\.yaml:\d+ has 9\.9\.9, package\.json has/,
    ],
  ])('refuses %s, and changes nothing', (_what, before, version, message) => {
    const checkout = createCheckout();
    before(checkout);
    const status = checkout.git('status', '--porcelain');
    const { code, stderr } = checkout.release('prepare', version);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(message) });
    expect(checkout.git('status', '--porcelain')).toBe(status);
  });
});

describe('npm run release -- check', () => {
  it.each([
    'package-lock.json',
    'infra/kustomize/base/kustomization.yaml',
    'infra/kustomize/components/per-node/kustomization.yaml',
    'infra/kustomize/components/receiver/kustomization.yaml',
    'docs/install.md',
  ])('sees another version in %s', (file) => {
    const checkout = createCheckout();
    const version = JSON.parse(checkout.read('package.json')).version;
    checkout.edit(file, version, '9.9.9');
    const { code, stderr } = checkout.release('check');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        new RegExp(`^release: ${file}:\\d+ has 9\\.9\\.9, package\\.json has ${version}\n$`),
      ),
    });
  });

  it('names the file in which the version is not where it should be', () => {
    const checkout = createCheckout();
    checkout.edit('infra/helm/offhook/Chart.yaml', /ghcr\.io\/offhook\/offhook:/, 'ghcr.io/offhook/other:');
    expect(checkout.release('check')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Chart.yaml: no version'),
    });
  });

  it.each([
    [
      'a tag of another version',
      'v0.3.0',
      (c: Checkout) => void c.git('tag', 'v0.3.0'),
      /the tag is v0\.3\.0, package\.json has 0\.2\.0/,
    ],
    ['a tag that is no version', 'nightly', () => {}, /the tag must be v and a version.*"nightly"/],
    [
      'a tag on another commit',
      'v0.2.0',
      (c: Checkout) => void c.git('commit', '--allow-empty', '-qm', 'later'),
      /v0\.2\.0 is not a tag of the commit/,
    ],
    [
      'what is not committed',
      'v0.2.0',
      (c: Checkout) => c.write('left-over.txt', ''),
      /not committed: \?\? left-over\.txt/,
    ],
  ])('refuses %s', (_what, tag, before, message) => {
    const checkout = createTagged('0.2.0');
    before(checkout);
    expect(checkout.release('check', '--tag', tag)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(message),
    });
  });

  it('refuses a tag without a section in the changelog', () => {
    const checkout = createTagged('0.2.0');
    checkout.edit('CHANGELOG.md', '## 0.2.0', '## 0.2.1');
    commitAll(checkout);
    checkout.git('tag', '--force', 'v0.2.0');
    const { stderr } = checkout.release('check', '--tag', 'v0.2.0');
    expect(stderr).toBe(
      'release: CHANGELOG.md has no section "## 0.2.0"; npm run release -- prepare makes it\n',
    );
    expect(checkout.release('notes', '0.2.0')).toMatchObject({ code: 1 });
  });

  it('is not disturbed by the folder of the files', () => {
    const checkout = createTagged('0.2.0');
    checkout.write('release/offhook-npm-0.2.0.tgz', '');
    expect(checkout.release('check', '--tag', 'v0.2.0').code).toBe(0);
  });
});

describe('npm run release', () => {
  it('explains itself', () => {
    const { code, stdout } = createCheckout().release('--help');
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('prepare VERSION') });
  });

  it.each([
    [[], 'expected a COMMAND'],
    [['relase'], 'unknown command "relase"'],
    [['prepare'], 'prepare needs a VERSION'],
    [['prepare', '1.0.0', '2.0.0'], 'unexpected "2.0.0"'],
    [['prepare', '1.0.0', '--date', 'today'], '--date must be YYYY-MM-DD, not "today"'],
    [['publish', 'everything'], 'publish needs image, chart, package, create, release; got everything'],
    [['check', '--tags', 'v1'], "Unknown option '--tags'"],
  ])('says what is wrong with %j', (args, message) => {
    const { code, stderr } = createCheckout().release(...args);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
  });
});

type Checkout = ReturnType<typeof createCheckout>;

function committed(file: string, from: string | RegExp, to: string): (checkout: Checkout) => void {
  return (checkout) => {
    checkout.edit(file, from, to);
    commitAll(checkout);
  };
}
