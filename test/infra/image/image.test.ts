import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import { startReceiver } from '../../support/receiver.ts';
import { writeWatchConfig } from '../../support/watch-config.ts';
import { archiveContents } from './archive-contents.ts';
import { type ImageStore, makeImageStore, whyNoImages } from './image-store.ts';
import { imageConfig, startContainer } from './start-container.ts';

const why = whyNoImages();
const IMAGE = 'offhook-test/offhook:built';
/** The chart's, and Kubernetes' own default. */
const GRACE_PERIOD_MS = 30_000;
const NONROOT = 65_532;

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

describe.skipIf(why !== null)(`the image${why === null ? '' : ` (${why})`}`, { timeout: 120_000 }, () => {
  let store: ImageStore;
  let archive: string;
  let printed: string;

  beforeAll(() => {
    store = makeImageStore();
    archive = join(store.directory, 'offhook.tar');
    printed = store.buildImage('--tag', IMAGE, '--output', archive);
  }, 600_000);
  afterAll(() => store?.remove());

  it('is named with its digest and its size, and has its bill of materials beside it', () => {
    const { digest, read } = archiveContents(archive);
    expect(printed).toMatch(new RegExp(`^name +${IMAGE}\\ndigest +${digest}$`, 'm'));
    expect(printed).toMatch(/^linux\/\w+ +\d+\.\d MiB +sha256:/m);
    const beside = readFileSync(join(store.directory, 'offhook.cdx.json'), 'utf8');
    expect(beside).toBe(read('opt/offhook/dist/offhook.cdx.json'));
    expect(JSON.parse(beside).metadata.component.version).toBe(version);
  });

  it('runs the command that is given as arguments, the watcher without any, as nobody', () => {
    const { User, Entrypoint, Cmd, WorkingDir, Labels } = imageConfig(store, IMAGE);
    expect({ User, Entrypoint, Cmd, WorkingDir }).toEqual({
      User: `${NONROOT}:${NONROOT}`,
      Entrypoint: [
        'node',
        expect.stringMatching(/^--max-old-space-size-percentage=/),
        expect.stringMatching(/^--max-semi-space-size=/),
        expect.stringMatching(/^--initial-old-space-size=/),
        expect.stringMatching(/^--heap-growing-percent=/),
        '--no-sparkplug',
        '--no-maglev-inlining',
        '--no-wasm-tier-up',
        '--no-wasm-dynamic-tiering',
        '/opt/offhook/bin/offhook.js',
      ],
      Cmd: ['watch'],
      WorkingDir: '/etc/offhook',
    });
    expect(Labels).toEqual({
      'org.opencontainers.image.title': 'offhook',
      'org.opencontainers.image.description': expect.any(String),
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.revision': expect.stringMatching(/^[0-9a-f]{40}(-dirty)?$/),
      'org.opencontainers.image.source': expect.stringMatching(/^https:/),
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.base.name': 'localhost/offhook-test/runtime:latest',
    });
  });

  it('adds to its base the bundle, its licences and its bill of materials, and nothing else', () => {
    const { files } = archiveContents(archive);
    const chunks = /^opt\/offhook\/dist\/[\w-]+\.js$/;
    expect(files.filter((file) => chunks.test(file)).length).toBeGreaterThan(10);
    expect(files.filter((file) => !chunks.test(file)).toSorted()).toEqual([
      'opt/offhook/LICENSE',
      'opt/offhook/bin/offhook.js',
      'opt/offhook/dist/THIRD-PARTY-LICENSES.txt',
      'opt/offhook/dist/offhook.cdx.json',
      'opt/offhook/package.json',
      'usr/local/bin/offhook',
    ]);
  });

  it('holds nothing of the npm configuration that it was built with', () => {
    const { everything } = archiveContents(archive);
    expect(everything).toContain('opt/offhook/package.json');
    expect(everything).not.toContain(store.npmCanary);
  });

  it('has the same content when it is built again, for another architecture on its own base', () => {
    const other = process.arch === 'arm64' ? 'amd64' : 'arm64';
    const again = join(store.directory, 'again.tar');
    store.buildImage('--tag', `${IMAGE}-${other}`, '--platform', `linux/${other}`, '--output', again);
    const [first, second] = [archiveContents(archive), archiveContents(again)];
    expect(second.config.architecture).toBe(other);
    expect(second.layers.at(-1)).toBe(first.layers.at(-1));
    expect(second.layers[0]).not.toBe(first.layers[0]);
  }, 600_000);

  it('follows a cluster, answers probes and commands, and ends in time, with nothing writable', async () => {
    const cluster = await createLocalCluster();
    onTestFinished(() => cluster.close());
    const receiver = await startReceiver();
    const directory = mkdtempSync(join(store.directory, 'run-'));
    chmodSync(directory, 0o755);
    const [config, journal] = [join(directory, 'config'), join(directory, 'journal')];
    mkdirSync(config);
    mkdirSync(journal, { mode: 0o700 });
    chownSync(journal, NONROOT, NONROOT);
    const { env } = writeWatchConfig(config, {
      receivers: { tap: receiver.url },
      journal: '/var/lib/offhook/journal',
    });
    writeFileSync(join(config, 'kubeconfig'), cluster.kubeconfig());
    const watcher = await startContainer(store, IMAGE, {
      env: { ...env, KUBECONFIG: '/etc/offhook/kubeconfig' },
      readOnly: { '/etc/offhook': config },
      writable: { '/var/lib/offhook': journal },
    });
    const [, health] = await watcher.says(/"health":"([^"]+)"/);
    expect(await (await fetch(`${health}/livez`)).text()).toContain('ok');

    cluster.applyManifest({
      metadata: { name: 'web' },
      spec: { containers: [{ name: 'app', image: 'example.com/app' }] },
    });
    const [delivered] = await receiver.received(1);
    expect(delivered?.headers['content-type']).toContain('application/cloudevents+json');

    expect(watcher.exec('offhook', '--version')).toBe(`offhook ${version}\n`);
    expect(watcher.exec('offhook', 'journal', 'status')).toMatch(/^watcher +process 1 /m);
    const inside = (code: string) => watcher.exec('node', '-p', `(${code})()`).trim();
    expect(inside('() => process.getuid()')).toBe(String(NONROOT));
    expect(
      inside('() => { try { fs.writeFileSync("/opt/offhook/x", "") } catch (e) { return e.code } }'),
    ).toBe('EROFS');

    const { code, ms } = await watcher.terminate();
    expect([code, watcher.log()]).toEqual([0, expect.not.stringContaining('defect')]);
    expect(ms).toBeLessThan(GRACE_PERIOD_MS);
  });
});
