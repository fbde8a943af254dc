import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildPackage } from '../build-package.ts';
import { layOutCreate } from './lay-out-create.ts';
import { DOCUMENTS, npmManifest } from './npm-manifest.ts';
import { npmReadme } from './npm-readme.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const REPOSITORY = /^git\+(?<url>https:\/\/github\.com\/[^/]+\/[^/]+)\.git$/;

/**
 * Lays out the npm package as it is published: `npm pack ./dist/npm` packs it.
 *
 * @param outDir emptied first. Default: `dist/npm` of this checkout.
 * @throws Error when something in it does not build.
 */
export async function layOutPackage(outDir = join(ROOT, 'dist', 'npm')): Promise<void> {
  await rm(outDir, { recursive: true, force: true });
  await mkdir(join(outDir, 'bin'), { recursive: true });
  const checkout = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const repository = REPOSITORY.exec(checkout.repository.url)?.groups?.url;
  if (repository === undefined) throw new Error('package.json: repository.url must be one of GitHub');
  const readme = npmReadme(
    await readFile(join(ROOT, 'README.md'), 'utf8'),
    repository,
    `v${checkout.version}`,
  );
  await writeFile(join(outDir, 'package.json'), `${JSON.stringify(npmManifest(checkout), null, 2)}\n`);
  await writeFile(join(outDir, 'README.md'), readme);
  for (const file of ['LICENSE', 'bin/offhook.js', 'bin/kubectl-offhook.js'])
    await copyFile(join(ROOT, file), join(outDir, file));
  // What `migrations_dir` of a project's wrangler.toml names.
  await cp(join(ROOT, 'functions/audit/sql/migrations'), join(outDir, 'migrations'), { recursive: true });
  await buildPackage({ outDir: join(outDir, 'dist'), modules: true });
  for (const { path, name } of DOCUMENTS) {
    const { stdout } = await run(process.execPath, [join(outDir, 'bin/offhook.js'), 'schema', name]);
    await writeFile(join(outDir, path), stdout);
  }
}

/**
 * Lays out the package that `npm create offhook` runs.
 *
 * @param outDir emptied first. Default: `dist/create-offhook` of this checkout.
 */
export async function layOutCreatePackage(outDir = join(ROOT, 'dist', 'create-offhook')): Promise<void> {
  const checkout = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  await layOutCreate(ROOT, checkout, outDir);
}

/** `npm run build`. */
if (import.meta.main) await Promise.all([layOutPackage(), layOutCreatePackage()]);
