import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { layOutPackage } from '../../functions/build/npm/lay-out-package.ts';
import { PRODUCT_FOLDERS } from '../architecture/rules.ts';
import { SECRET } from '../functions/support/signed-post.ts';
import { temporaryDirectory } from '../support/journal-directory.ts';
import { type OffhookProcess, startOffhook } from '../support/offhook-process.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SOURCES = ['package.json', 'bin', ...PRODUCT_FOLDERS];
const TOKEN = 'a-long-enough-page-token';
const CHECKED = /^The configuration is good\.$/m;

const npm = (...args: string[]) => execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8' });

/** What `npm ci --omit=dev` leaves of a checkout: its files, and the packages that are no development dependency. */
function checkoutWithoutDevelopmentPackages(): string {
  const directory = join(temporaryDirectory(), 'checkout');
  for (const source of SOURCES) cpSync(join(ROOT, source), join(directory, source), { recursive: true });
  const modules = join(ROOT, 'node_modules');
  const kept = npm('ls', '--omit=dev', '--all', '--parseable')
    .split('\n')
    .map((path) => relative(modules, path))
    .filter((name) => name !== '' && !name.startsWith('..') && !name.includes('node_modules'));
  for (const name of kept) {
    const link = join(directory, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(modules, name), link);
  }
  expect(kept).toContain('hono');
  expect(kept).not.toContain('esbuild');
  return directory;
}

/** What `npm install FILE.tgz` leaves, without any dependency: the package bundles them. */
async function installedPackage(): Promise<string> {
  const directory = temporaryDirectory();
  const laidOut = join(directory, 'laid-out');
  await layOutPackage(laidOut);
  npm('pack', '--silent', '--pack-destination', directory, laidOut);
  const [tarball = ''] = readdirSync(directory).filter((name) => name.endsWith('.tgz'));
  execFileSync('tar', ['-xzf', join(directory, tarball), '-C', directory]);
  return join(directory, 'package');
}

function receiveIn(directory: string, page: string, ...more: string[]): OffhookProcess {
  const yaml = `signingSecretEnv: KEYS\ndataDir: ${directory}/data\nlisten: { port: 0 }\n${page}`;
  writeFileSync(join(directory, 'receiver.yaml'), yaml);
  const bin = join(directory, 'bin/offhook.js');
  const env = { KEYS: SECRET, PAGE: TOKEN };
  return startOffhook(['receive', '--config', 'receiver.yaml', ...more], { cwd: directory, env, bin });
}

const PAGE = 'page: { tokenEnv: PAGE }\n';

describe('without the development dependencies', { timeout: 180_000 }, () => {
  it('the package that npm pack makes shows the page with its script', async () => {
    const receiver = receiveIn(await installedPackage(), PAGE);
    const [, url] = await receiver.says(/(http:\/\/127\.0\.0\.1:\d+)\/events/, 60_000);
    const headers = { authorization: `Bearer ${TOKEN}` };
    for (const [path, type] of [
      ['/', 'text/html'],
      ['/page.js', 'text/javascript'],
      ['/page.css', 'text/css'],
    ]) {
      const response = await fetch(`${url}${path}`, { headers });
      expect([response.status, response.headers.get('content-type')]).toEqual([
        200,
        expect.stringContaining(type ?? ''),
      ]);
      expect((await response.text()).length).toBeGreaterThan(1_000);
    }
  });

  it('a checkout says at the start, and at --check, that the page lacks its script and what to do', async () => {
    const directory = checkoutWithoutDevelopmentPackages();
    for (const more of [[], ['--check']]) {
      const { code, stdout, stderr } = await receiveIn(directory, PAGE, ...more).ended();
      expect([code, stdout]).toEqual([2, expect.not.stringMatching(CHECKED)]);
      expect(stderr).toMatch(/cannot start: the page is switched on, but has no script/);
      expect(stderr).toMatch(/npm ci without --omit=dev/);
    }
  });

  it('a checkout takes events where there is no page', async () => {
    const directory = checkoutWithoutDevelopmentPackages();
    const check = await receiveIn(directory, '', '--check').ended();
    expect([check.code, check.stdout]).toEqual([0, expect.stringMatching(CHECKED)]);
    const receiver = receiveIn(directory, '');
    const [, url] = await receiver.says(/(http:\/\/127\.0\.0\.1:\d+)\/events/, 60_000);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });
});
