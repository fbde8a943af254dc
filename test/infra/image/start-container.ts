import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { until } from '../../support/until.ts';
import type { ImageStore } from './image-store.ts';

/** The image's configuration, as buildah tells it. */
export type ImageConfig = {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly WorkingDir: string;
  readonly Labels: Readonly<Record<string, string>>;
};

export type Container = {
  readonly log: () => string;
  says(pattern: RegExp): Promise<RegExpExecArray>;
  /** `kubectl exec POD -- …` */
  exec(...command: readonly string[]): string;
  /** As the kubelet ends it: SIGTERM to the first process. */
  terminate(): Promise<{ readonly code: number | null; readonly ms: number }>;
};

type ContainerOptions = {
  readonly env: Readonly<Record<string, string>>;
  /** Directories of the machine by their places in the container. */
  readonly readOnly: Readonly<Record<string, string>>;
  readonly writable: Readonly<Record<string, string>>;
};

const MEMORY_LIMIT_BYTES = 512 * 1_048_576;

export function imageConfig(store: ImageStore, image: string): ImageConfig {
  return JSON.parse(store.buildah('inspect', '--type', 'image', image)).OCIv1.config;
}

/**
 * Starts an image with runc as a Pod under `restricted` would be: user 65532, no capabilities, nothing writable but
 * `/tmp` and what is mounted. It shares the machine's network. Whatever is left of it ends with the test.
 */
export async function startContainer(
  store: ImageStore,
  image: string,
  options: ContainerOptions,
): Promise<Container> {
  const id = store.buildah('from', '--pull-never', image);
  const bundle = join(store.directory, `bundle-${id}`);
  mkdirSync(bundle);
  const config = runtimeConfig(imageConfig(store, image), store.buildah('mount', id), options);
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(config));
  const runc = (...args: readonly string[]) => ['--root', join(store.directory, 'runc'), ...args];
  const child = spawn('runc', runc('run', '--bundle', bundle, id), { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  onTestFinished(async () => {
    if (child.exitCode === null) execFileSync('runc', runc('kill', id, 'KILL'));
    await ended;
    store.buildah('rm', id);
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
  }
  return {
    log: () => log,
    async says(pattern) {
      await until(String(pattern), () => pattern.test(log) || child.exitCode !== null, 30_000).catch(
        () => {},
      );
      const found = pattern.exec(log);
      if (found === null) throw new Error(`the container did not say ${pattern}:\n${log}`);
      return found;
    },
    exec: (...command) => execFileSync('runc', runc('exec', id, ...command), { encoding: 'utf8' }),
    async terminate() {
      const since = performance.now();
      execFileSync('runc', runc('kill', id, 'TERM'));
      const [code] = await ended;
      return { code, ms: performance.now() - since };
    },
  };
}

/** @see https://github.com/opencontainers/runtime-spec/blob/main/config.md */
function runtimeConfig(image: ImageConfig, rootfs: string, { env, readOnly, writable }: ContainerOptions) {
  const [uid, gid] = image.User.split(':').map(Number);
  const bind = (places: Readonly<Record<string, string>>, how: string) =>
    Object.entries(places).map(([destination, source]) => ({ destination, source, options: ['bind', how] }));
  return {
    ociVersion: '1.0.2',
    root: { path: rootfs, readonly: true },
    process: {
      user: { uid, gid },
      args: [...image.Entrypoint, ...image.Cmd],
      env: [...image.Env, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)],
      cwd: image.WorkingDir,
      capabilities: {},
      noNewPrivileges: true,
    },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755'] },
      { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'nodev', 'mode=1777'] },
      ...bind(readOnly, 'ro'),
      ...bind(writable, 'rw'),
    ],
    linux: {
      namespaces: ['pid', 'ipc', 'uts', 'mount'].map((type) => ({ type })),
      resources: { memory: { limit: MEMORY_LIMIT_BYTES } },
    },
  };
}
