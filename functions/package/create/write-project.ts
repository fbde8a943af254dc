import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ProjectFiles } from './files/project-facts.ts';

/** A directory cannot become a project: what the person who named it has to know. */
export class ProjectError extends Error {
  override readonly name = 'ProjectError';
}

/**
 * Writes the files of a project into a new or empty directory. A repository of git's that has no file yet is empty, too.
 *
 * @throws ProjectError when the directory has files, or is none.
 */
export async function writeProject(directory: string, files: ProjectFiles): Promise<void> {
  const there = (await entriesOf(directory)).filter((name) => name !== '.git');
  if (there.length > 0) {
    const shown = there.toSorted().slice(0, 3).join(', ') + (there.length > 3 ? ', …' : '');
    throw new ProjectError(`${directory} is not empty (${shown}): name a new directory, or an empty one`);
  }
  for (const [path, text] of Object.entries(files)) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    // Who writes at the same time loses nothing.
    await writeFile(file, text, { flag: 'wx' });
  }
}

async function entriesOf(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return [];
    if (code === 'ENOTDIR') throw new ProjectError(`${directory} is a file: name a directory`, { cause });
    throw new ProjectError(`${directory} cannot be read (${code})`, { cause });
  }
}
