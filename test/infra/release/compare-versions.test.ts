import { expect, it } from 'vitest';
import {
  compareVersions,
  isPrerelease,
  isVersion,
} from '../../../infra/release/versions/compare-versions.ts';

/** The order of https://semver.org/#spec-item-11, and some of ours. */
const IN_ORDER = [
  ...['0.0.9', '0.1.0', '0.2.0', '0.10.0', '1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-beta'],
  ...['1.0.0-beta.2', '1.0.0-beta.11', '1.0.0-rc.1', '1.0.0', '1.0.1', '2.0.0'],
];

it('versions are in the order of SemVer', () => {
  for (const [index, version] of IN_ORDER.entries()) {
    for (const [other, against] of IN_ORDER.entries()) {
      expect(Math.sign(compareVersions(version, against)), `${version} ${against}`).toBe(
        Math.sign(index - other),
      );
    }
  }
});

it.each(['1', '1.2', 'v1.2.3', '1.2.3+build', '1.2.3-', '1.2.3-a..b', '1.2.3 ', '1.2.x'])(
  '"%s" is no version',
  (text) => {
    expect(isVersion(text)).toBe(false);
    expect(() => compareVersions(text, '1.0.0')).toThrow(`"${text}" is no version`);
  },
);

it('a prerelease is known by its label', () => {
  expect(IN_ORDER.filter(isPrerelease)).toHaveLength(7);
});
