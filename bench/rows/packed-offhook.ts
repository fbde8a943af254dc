import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildPackage } from '../../functions/build/build-package.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What an image runs: its command, and the flags of its Node. */
export type PackedOffhook = { readonly bin: string; readonly flags: readonly string[] };

/** Lays out the package as the image holds it, minified, and reads with which flags the image starts it. */
export async function packOffhook(directory: string): Promise<PackedOffhook> {
  await buildPackage({ outDir: join(directory, 'dist'), minify: true });
  mkdirSync(join(directory, 'bin'));
  for (const file of ['bin/offhook.js', 'package.json'])
    copyFileSync(join(ROOT, file), join(directory, file));
  return { bin: join(directory, 'bin/offhook.js'), flags: imageFlags() };
}

function imageFlags(): readonly string[] {
  const file = readFileSync(join(ROOT, 'infra/image/Dockerfile'), 'utf8');
  const entry: readonly string[] = JSON.parse(/^ENTRYPOINT (\[.*\])$/m.exec(file)?.[1] ?? '[]');
  if (entry[0] !== 'node') throw new Error('infra/image/Dockerfile: the ENTRYPOINT is not Node');
  return entry.slice(1, -1);
}
