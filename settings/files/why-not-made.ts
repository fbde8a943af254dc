import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCodeOf } from '../ambient/describe-error.ts';

/** Why a directory cannot be made, for behind its name and a colon, and what to do about it. */
export function whyNotMade(directory: string, error: unknown): string {
  const code = errorCodeOf(error) ?? 'an unknown error';
  // Of several that are missing, the one that could not be made.
  const failed = error instanceof Error && 'path' in error ? String(error.path) : directory;
  const parent = dirname(failed);
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return `this user may not make it in ${parent} (${code}); make it yourself and give it to this user, or name another`;
    case 'EROFS':
      return `its file system is read-only (${code}); name one that can be written`;
    case 'ENOTDIR':
      return `a part of that path is a file (${code}); name another`;
    case 'ENOSPC':
      return `the disk is full (${code}); free some space`;
    case 'ENOENT':
      if (existsSync(parent)) return `${parent} takes no new directories (${code}); name another`;
      return `its parent ${parent} does not exist; is the volume mounted?`;
    default:
      return `creating it failed with ${code}`;
  }
}
