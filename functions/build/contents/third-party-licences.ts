import type { PackageFacts } from './package-facts.ts';

const RULE = '-'.repeat(80);

const PREFACE = `Offhook is built with the packages below, parts of which are in its bundle. Each is under its own licence.
`;

/** Licences whose text names nobody, so that one copy, or none, stands for all. */
const TEXT_ELSEWHERE: Readonly<Record<string, string>> = {
  'Apache-2.0':
    'The package brings no copy of its licence. The text of Apache-2.0 is in LICENSE beside this file.',
  Unlicense:
    'The package brings no copy of its licence: it is dedicated to the public domain, https://unlicense.org.',
};

/**
 * The licences of all packages as one text, as most of them ask for wherever they are given away.
 *
 * @throws Error when a package brings no licence text and its licence wants it.
 */
export function thirdPartyLicences(packages: readonly PackageFacts[]): string {
  return [PREFACE, ...packages.map(entry)].join(`\n${RULE}\n\n`);
}

function entry({ name, version, license, texts }: PackageFacts): string {
  const text = texts.length > 0 ? texts.join('\n\n') : TEXT_ELSEWHERE[license];
  if (text === undefined) {
    throw new Error(
      `${name}@${version} is under ${license} but brings no licence text, which must be given away with it`,
    );
  }
  return `${name}@${version} (${license})\n\n${text}\n`;
}
