import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildPackage } from '../../functions/build/build-package.ts';
import { type ImageStart, imageStart } from './image-start.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What an image runs, and how. */
export type PackedOffhook = ImageStart & { readonly bin: string };

/** Lays out the package as the image holds it, minified, and reads how the image starts it. */
export async function packOffhook(directory: string): Promise<PackedOffhook> {
  await buildPackage({ outDir: join(directory, 'dist'), minify: true });
  mkdirSync(join(directory, 'bin'));
  for (const file of ['bin/offhook.js', 'package.json'])
    copyFileSync(join(ROOT, file), join(directory, file));
  return { bin: join(directory, 'bin/offhook.js'), ...imageStart() };
}
