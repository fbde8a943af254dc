import { type BigIntStats, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { errorCodeOf } from '../ambient/describe-error.ts';

/** A pipe or a device has no content that stays: what came out of it once is all there is. */
export const PASSING = 'no file';

/** Says by a short text how the file at a path looks, which is another one once its content may be. */
export type FileMarks = {
  /** At once; for what is read right after it. */
  now(path: string): string;
  /** Without standing still, however slow the file system is. */
  later(path: string): Promise<string>;
};

/**
 * By inode, size and times of what a path leads to, through every link on the way: a volume of Kubernetes swaps a link to
 * the folder of all its files, and touches none of them.
 *
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/#mounted-configmaps-are-updated-automatically
 */
export const fileMarks: FileMarks = {
  now(path) {
    try {
      return markOf(statSync(path, { bigint: true }));
    } catch (error) {
      return missing(error);
    }
  },
  async later(path) {
    try {
      return markOf(await stat(path, { bigint: true }));
    } catch (error) {
      return missing(error);
    }
  },
};

function markOf(stats: BigIntStats): string {
  if (!stats.isFile() && !stats.isDirectory()) return PASSING;
  const { dev, ino, size, mtimeNs, ctimeNs } = stats;
  return [dev, ino, size, mtimeNs, ctimeNs].join(':');
}

function missing(error: unknown): string {
  return `none: ${errorCodeOf(error)}`;
}
