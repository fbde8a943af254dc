import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { layOutPackage } from '../../../../functions/build/npm/lay-out-package.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** Programs of the checkout's development dependencies, by their names. */
export function program(name: string): string {
  return join(ROOT, 'node_modules/.bin', name);
}

/** What `npm publish` would upload: its folder, and the file that npm packs it into. */
export type PackedPackage = { readonly folder: string; readonly tarball: string };

/** Builds and packs the npm package below `directory`. */
export async function packPackage(directory: string): Promise<PackedPackage> {
  const folder = join(directory, 'offhook');
  await layOutPackage(folder);
  await run('npm', ['pack', '--silent', '--pack-destination', directory, folder]);
  const tarball = (await readdir(directory)).find((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw new Error('npm packed nothing');
  return { folder, tarball: join(directory, tarball) };
}

/** A project of somebody else's, an ES module, with the package unpacked into its `node_modules`. */
export async function createProject(
  directory: string,
  tarball: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const installed = join(directory, 'node_modules/offhook');
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components', '1']);
  await writeFile(join(directory, 'package.json'), '{"type":"module"}');
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
}

/** @returns what it printed. @throws with what it said, unless its exit code is 0. */
export async function runIn(directory: string, command: string, args: readonly string[]): Promise<string> {
  try {
    return (await run(command, [...args], { cwd: directory, maxBuffer: 16_777_216 })).stdout;
  } catch (error) {
    const said =
      error instanceof Error && 'stdout' in error
        ? `${error.stdout}${'stderr' in error ? error.stderr : ''}`
        : '';
    throw new Error(`${command} ${args.join(' ')}\n${said}`, { cause: error });
  }
}
