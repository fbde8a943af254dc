import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What an installed package says of itself.
 *
 * @property license an SPDX licence id or expression.
 * @property texts its licence and its notice, as far as it brings them.
 */
export type PackageFacts = {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly texts: readonly string[];
};

const LEGAL_FILE = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;

/** @throws Error when it does not say what it is or under which licence: then it must not be given away. */
export function readPackageFacts(directory: string): PackageFacts {
  const { name, version, license } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  for (const [key, value] of Object.entries({ name, version, license })) {
    if (typeof value !== 'string' || value === '') {
      throw new Error(`${directory}/package.json has no ${key}: it cannot be bundled before that is known`);
    }
  }
  const texts = readdirSync(directory)
    .filter((file) => LEGAL_FILE.test(file))
    .toSorted()
    .map((file) => readFileSync(join(directory, file), 'utf8').replaceAll('\r\n', '\n').trim());
  return { name, version, license, texts };
}
