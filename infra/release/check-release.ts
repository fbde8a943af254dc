import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sectionOf } from './versions/changelog.ts';
import { isVersion } from './versions/compare-versions.ts';
import { readVersions } from './versions/versioned-files.ts';
import { tagsHere, uncommitted } from './working-tree.ts';

/**
 * What speaks against a checkout: versions that differ and, where a tag is to be released, a tag that is another
 * version or another commit, no section in the changelog, and anything that is not committed.
 *
 * @returns sentences for people; none if all is well.
 */
export async function releaseFaults(root: string, tag?: string): Promise<readonly string[]> {
  const [first, ...others] = readVersions(root);
  const version = first?.version ?? '';
  const different = others
    .filter((each) => each.version !== version)
    .map((each) => `${each.file}:${each.line} has ${each.version}, package.json has ${version}`);
  return tag === undefined ? different : [...different, ...(await tagFaults(root, tag, version))];
}

async function tagFaults(root: string, tag: string, version: string): Promise<readonly string[]> {
  if (!tag.startsWith('v') || !isVersion(tag.slice(1))) {
    return [`the tag must be v and a version, such as v${version}; got "${tag}"`];
  }
  const changed = await uncommitted(root);
  const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  return [
    ...(tag === `v${version}` ? [] : [`the tag is ${tag}, package.json has ${version}`]),
    ...((await tagsHere(root)).includes(tag)
      ? []
      : [`${tag} is not a tag of the commit that is checked out`]),
    ...(sectionOf(changelog, tag.slice(1)) === null
      ? [`CHANGELOG.md has no section "## ${tag.slice(1)}"; npm run release -- prepare makes it`]
      : []),
    ...(changed.length === 0 ? [] : [`not committed: ${changed.join(', ')}`]),
  ];
}
