import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildArtifacts, buildSteps } from './artifacts/build-artifacts.ts';
import { packageFaults } from './artifacts/check-packages.ts';
import { writeChecksums } from './artifacts/checksums.ts';
import { fixedBaseImages } from './bases/base-images.ts';
import type { Fetch } from './bases/resolve-digest.ts';
import { releaseFaults } from './check-release.ts';
import { prepareRelease } from './prepare-release.ts';
import { typed } from './programs/run-program.ts';
import { publish } from './publish/publish.ts';
import { publishSteps } from './publish/publish-steps.ts';
import type { ReleaseCommand } from './release-options.ts';
import { sectionOf } from './versions/changelog.ts';
import { readVersions } from './versions/versioned-files.ts';

/** What a command needs of the world. */
type ReleaseWorld = {
  readonly root: string;
  readonly fetch: Fetch;
  /** As `2026-11-27`. */
  readonly today: () => string;
};

type Runnable = Exclude<ReleaseCommand, { readonly kind: 'help' | 'mistake' }>;

/**
 * Runs one step of a release.
 *
 * @returns what there is to tell.
 * @throws Error with what speaks against it, or what failed.
 */
export async function runRelease(command: Runnable, world: ReleaseWorld): Promise<string> {
  const { root } = world;
  switch (command.kind) {
    case 'check':
      await refuseFaults(root, command.tag);
      return `Ready: ${versionOf(root)}\n`;
    case 'prepare': {
      const { version, date = world.today(), dryRun } = command;
      const files = await prepareRelease(root, { version, date, dryRun });
      return [`${dryRun ? 'Would change' : 'Changed'}:`, ...files.map((file) => `  ${file}`), ''].join('\n');
    }
    case 'notes':
      return notesOf(root, command.version);
    case 'artifacts':
      return await artifacts(command, world);
    case 'checksums': {
      const folder = resolve(root, command.out);
      return `${await writeChecksums(folder)} files in ${join(folder, 'SHA256SUMS')}\n`;
    }
    case 'publish':
      return await publishOne(command, root);
  }
}

async function artifacts(
  { tag, out, dryRun }: Extract<Runnable, { kind: 'artifacts' }>,
  { root, fetch }: ReleaseWorld,
): Promise<string> {
  await refuseFaults(root, tag);
  const version = versionOf(root);
  const folder = resolve(root, out);
  if (dryRun) {
    const steps = buildSteps({ version, out: folder, baseImages: [] });
    return steps.map(({ command }) => `${typed(command)}\n`).join('');
  }
  const baseImages = await fixedBaseImages(root, fetch);
  await buildArtifacts({ root, version, out: folder, baseImages });
  return `All files of ${version} are in ${folder}\n`;
}

async function publishOne(
  { what, tag, out, dryRun }: Extract<Runnable, { kind: 'publish' }>,
  root: string,
): Promise<string> {
  if (tag === undefined && !dryRun) throw new Error('publish needs --tag: only a tagged commit is published');
  await refuseFaults(root, tag);
  const version = versionOf(root);
  const folder = resolve(root, out);
  const steps = publishSteps(what, { version, folder });
  if (dryRun) return steps.map(({ command }) => `${typed(command)}\n`).join('');
  if (what === 'release') writeFileSync(join(folder, 'NOTES.md'), notesOf(root, version));
  if (what === 'package' || what === 'create') refuse(await packageFaults(folder, version));
  await publish(steps, root);
  return `Published: ${what} ${version}\n`;
}

async function refuseFaults(root: string, tag: string | undefined): Promise<void> {
  refuse(await releaseFaults(root, tag));
}

function refuse(faults: readonly string[]): void {
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

function notesOf(root: string, version: string): string {
  const section = sectionOf(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version);
  if (section === null) throw new Error(`CHANGELOG.md has no section "## ${version}"`);
  return section;
}

function versionOf(root: string): string {
  return readVersions(root)[0]?.version ?? '';
}
