import { outputOf } from './programs/run-program.ts';

/** Files that differ from the last commit, or that git does not know, as `git status --short` shows them. */
export async function uncommitted(root: string): Promise<readonly string[]> {
  const status = await outputOf(['git', 'status', '--porcelain'], root);
  return status.split('\n').filter((line) => line !== '');
}

/** The tags of the commit that is checked out. */
export async function tagsHere(root: string): Promise<readonly string[]> {
  const tags = await outputOf(['git', 'tag', '--points-at', 'HEAD'], root);
  return tags.split('\n').filter((line) => line !== '');
}
