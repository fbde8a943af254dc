import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

export const CHECKSUMS = 'SHA256SUMS';

/**
 * Writes the sums of all files of a folder into its `SHA256SUMS`, as `sha256sum --check` reads them. What begins with
 * the name of that file (its signature) is left out.
 *
 * @returns how many.
 * @throws Error when there is no file, or a folder is among them.
 */
export async function writeChecksums(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter(({ name }) => !name.startsWith(CHECKSUMS));
  const other = files.find((entry) => !entry.isFile());
  if (other !== undefined) throw new Error(`${join(folder, other.name)} is not a file`);
  if (files.length === 0) throw new Error(`${folder} has no files`);
  const names = files.map(({ name }) => name).toSorted();
  const lines = await Promise.all(
    names.map(async (name) => `${await sha256Of(join(folder, name))}  ${name}\n`),
  );
  await writeFile(join(folder, CHECKSUMS), lines.join(''));
  return names.length;
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
