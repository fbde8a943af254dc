import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layOutBases } from './base-images.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const RUNTIME_IMAGE = 'localhost/offhook-test/runtime:latest';
const BUILD_IMAGE = 'localhost/offhook-test/build:latest';
const CANARY = 'a-token-that-belongs-into-no-image';
const BASE = 'FROM scratch\nCOPY . /\nENV PATH=/usr/bin:/bin\n';

/** A place of its own for images, with the bases in it; nothing of it is left behind. */
export type ImageStore = {
  readonly directory: string;
  /** Stands in the npm configuration that the image is built with. */
  readonly npmCanary: string;
  buildah(...args: readonly string[]): string;
  /** `npm run image` on the bases; returns what it printed. Fails with all of its output. */
  buildImage(...args: readonly string[]): string;
  remove(): void;
};

/**
 * Why no image can be built and started here; null where it can. As root in CI it must be possible: `.ci/run` installs
 * what it takes.
 */
export function whyNoImages(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'skipped: needs Linux and root';
  const missing = ['buildah', 'runc', 'dpkg', 'npm'].filter(
    (name) => spawnSync('which', [name]).status !== 0,
  );
  if (missing.length === 0 || process.env.CI !== undefined) return null;
  return `skipped: needs ${missing.join(', ')}`;
}

/** Makes the store and the base images. */
export function makeImageStore(): ImageStore {
  const directory = mkdtempSync(join(tmpdir(), 'offhook-images-'));
  const storage = join(directory, 'storage.conf');
  const [graph, run] = [join(directory, 'graph'), join(directory, 'run')];
  writeFileSync(storage, `[storage]\ndriver = "vfs"\ngraphroot = "${graph}"\nrunroot = "${run}"\n`);
  const env = {
    ...process.env,
    CONTAINERS_STORAGE_CONF: storage,
    BUILDAH_ISOLATION: 'chroot',
    TMPDIR: directory,
    npm_config_userconfig: npmrcWithCanary(directory),
  };
  const buildah = (...args: readonly string[]) =>
    execFileSync('buildah', args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  makeBases(directory, buildah);
  return {
    directory,
    npmCanary: CANARY,
    buildah,
    buildImage(...args) {
      const bases = ['--build-image', BUILD_IMAGE, '--runtime-image', RUNTIME_IMAGE, '--engine', 'buildah'];
      const command = ['infra/image/build-image.ts', ...bases, ...args];
      const { status, stdout, stderr } = spawnSync(process.execPath, command, {
        cwd: ROOT,
        env,
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`npm run image ended with ${status}:\n${stderr}\n${stdout}`);
      return stdout;
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function npmrcWithCanary(directory: string): string {
  const own = execFileSync('npm', ['config', 'get', 'userconfig'], { encoding: 'utf8' }).trim();
  const file = join(directory, 'npmrc');
  const text = existsSync(own) ? readFileSync(own, 'utf8') : '';
  writeFileSync(file, `${text}\n//npm.example.com/:_authToken=${CANARY}\n`, { mode: 0o600 });
  return file;
}

/** Both architectures of the runtime base, because nothing runs in it while the image is built. */
function makeBases(directory: string, buildah: ImageStore['buildah']): void {
  const bases = join(directory, 'bases');
  const { runtime, build } = layOutBases(bases);
  const dockerfile = join(directory, 'base.dockerfile');
  writeFileSync(dockerfile, BASE);
  const make = (name: string, folder: string, ...more: readonly string[]) =>
    buildah('build', '--quiet', '--identity-label=false', '--file', dockerfile, ...more, name, folder);
  make(BUILD_IMAGE, build, '--tag');
  make(RUNTIME_IMAGE, runtime, '--manifest');
  const empty = join(directory, 'empty');
  mkdirSync(empty);
  const other = process.arch === 'arm64' ? 'linux/amd64' : 'linux/arm64';
  make(RUNTIME_IMAGE, empty, '--platform', other, '--manifest');
  rmSync(bases, { recursive: true });
}
