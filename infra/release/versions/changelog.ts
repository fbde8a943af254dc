const PENDING = /^## Pending$/m;

/**
 * What the changelog says about a version, without the heading.
 *
 * @returns null if it has no section, or an empty one.
 */
export function sectionOf(changelog: string, version: string): string | null {
  const lines = changelog.split('\n');
  const start = lines.findIndex((line) => line === `## ${version}` || line.startsWith(`## ${version} - `));
  if (start < 0) return null;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith('## '));
  const text = rest
    .slice(0, end < 0 ? undefined : end)
    .join('\n')
    .trim();
  return text === '' ? null : `${text}\n`;
}

/**
 * The changelog with what was pending as a version, and an empty Pending above it.
 *
 * @param date as `2026-11-27`.
 * @throws Error when nothing is pending, or the version has a section already.
 */
export function releasePending(changelog: string, version: string, date: string): string {
  if (sectionOf(changelog, version) !== null) {
    throw new Error(`CHANGELOG.md has a section "## ${version}" already`);
  }
  if (!PENDING.test(changelog)) throw new Error('CHANGELOG.md has no section "## Pending"');
  if (sectionOf(changelog, 'Pending') === null) {
    throw new Error('CHANGELOG.md: nothing is pending, so there is nothing to release');
  }
  return changelog.replace(PENDING, `## Pending\n\n## ${version} - ${date}`);
}
