import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/** The version in package.json, which is above this file in a checkout and above the bundle in the package. */
export function version(): string {
  const file = findPackageJSON(import.meta.url);
  if (file === undefined) throw new Error('the package has no package.json; install offhook again');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
