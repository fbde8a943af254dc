import { copyFile, lutimes, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildPackage } from '../../functions/build/build-package.ts';

/**
 * What the image's content is made of.
 *
 * @property directory the root of the image's own files.
 * @property node the runtime image's Node: an absolute path, because the kernel starts it, not a shell.
 * @property epochSeconds when everything in the image is said to have been made.
 */
type ImageContent = {
  readonly directory: string;
  readonly node: string;
  readonly epochSeconds: number;
};

const ROOT = join(import.meta.dirname, '..', '..');
const HOME = 'opt/offhook';
const LAUNCHER = 'usr/local/bin/offhook';
/** The working directory; where nothing is mounted it is there all the same, and as old as everything else. */
const CONFIGURATION = 'etc/offhook';

/**
 * Lays out all that the image adds to its base: the bundle, its licences and bill of materials, and `offhook` on the
 * PATH. Everything else in the repository stays out of it.
 */
async function layOutImage({ directory, node, epochSeconds }: ImageContent): Promise<void> {
  const home = join(directory, HOME);
  const timestamp = new Date(epochSeconds * 1000).toISOString();
  await buildPackage({ outDir: join(home, 'dist'), minify: true, timestamp });
  await copyFile(join(ROOT, 'LICENSE'), join(home, 'LICENSE'));
  await writeFile(join(home, 'package.json'), await manifest());
  await writeLauncher(directory, node);
  await mkdir(join(directory, CONFIGURATION), { recursive: true });
  await setTimes(directory, epochSeconds);
}

/** As much of package.json as the bundle reads; scripts and dependencies are no part of the image. */
async function manifest(): Promise<string> {
  const { name, version, license, type } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  return `${JSON.stringify({ name, version, license, type }, null, 2)}\n`;
}

async function writeLauncher(directory: string, node: string): Promise<void> {
  const script = await readFile(join(ROOT, 'bin/offhook.js'), 'utf8');
  const file = join(directory, HOME, 'bin/offhook.js');
  const link = join(directory, LAUNCHER);
  await Promise.all([file, link].map((path) => mkdir(dirname(path), { recursive: true })));
  await writeFile(file, script.replace(/^#!.*/, `#!${node}`), { mode: 0o755 });
  await symlink(`/${HOME}/bin/offhook.js`, link);
}

/** Builders that do not set times themselves keep these, so that the same content has the same digest. */
async function setTimes(directory: string, epochSeconds: number): Promise<void> {
  const entries = await readdir(directory, { recursive: true });
  const paths = [directory, ...entries.map((entry) => join(directory, entry))];
  await Promise.all(paths.map((path) => lutimes(path, epochSeconds, epochSeconds)));
}

/** The Dockerfile's build stage. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { out: { type: 'string' }, node: { type: 'string' }, epoch: { type: 'string' } },
  });
  const { out = '', node = '', epoch = '' } = values;
  if (out === '' || !node.startsWith('/') || !/^\d+$/.test(epoch)) {
    console.error('lay-out-image: needs --out DIR, --node with an absolute path, --epoch SECONDS');
    process.exitCode = 2;
    return;
  }
  await layOutImage({ directory: out, node, epochSeconds: Number(epoch) });
}

if (import.meta.main) await main();
