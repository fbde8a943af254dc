import { statSync } from 'node:fs';
import { errorCodeOf } from '../ambient/describe-error.ts';

/**
 * Whether something is at a path. `existsSync` of Node says the same of what is not there and of what this user may not
 * look at, and people are then told to look for a file that they see.
 *
 * @returns `there`, `missing`, or why it cannot be told: `EACCES`, …
 */
export function isThere(path: string): string {
  try {
    statSync(path);
    return 'there';
  } catch (error) {
    const code = errorCodeOf(error) ?? String(error);
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : code;
  }
}
