const SEMVER = /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;

/** Whether a text is a version that can be released: `1.2.3` or `1.2.3-rc.1`, without build metadata. */
export function isVersion(text: string): boolean {
  return SEMVER.test(text);
}

/** Whether a version is one that nobody gets without asking for it: `1.2.3-rc.1`. */
export function isPrerelease(version: string): boolean {
  return version.includes('-');
}

/**
 * Negative if `a` is before `b`, 0 if they are the same, positive if it is after.
 *
 * @throws Error when one of them is no version.
 * @see https://semver.org/#spec-item-11
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parts(a), parts(b)];
  for (const [index, number] of left.numbers.entries()) {
    const difference = number - (right.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.labels.length === 0 || right.labels.length === 0) return right.labels.length - left.labels.length;
  return compareLabels(left.labels, right.labels);
}

function parts(version: string) {
  const [, major, minor, patch, labels] = SEMVER.exec(version) ?? [];
  if (major === undefined) throw new Error(`"${version}" is no version`);
  return { numbers: [major, minor, patch].map(Number), labels: labels?.split('.') ?? [] };
}

function compareLabels(left: readonly string[], right: readonly string[]): number {
  for (const [index, label] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (label === other) continue;
    const [number, otherNumber] = [label, other].map((each) => (/^\d+$/.test(each) ? Number(each) : null));
    if (number !== null && otherNumber !== null && number !== undefined && otherNumber !== undefined) {
      return number - otherNumber;
    }
    // Numbers are before words.
    if (number !== null) return -1;
    if (otherNumber !== null) return 1;
    return label < other ? -1 : 1;
  }
  return left.length - right.length;
}
