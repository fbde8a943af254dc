import { readFileSync } from 'node:fs';

/** The version in package.json, which lies one folder up from the sources and from the bundle alike. */
export function version(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
