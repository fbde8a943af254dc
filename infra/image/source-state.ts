import { type Run, succeeds } from './run-command.ts';

/**
 * Which sources an image is made of.
 *
 * @property revision the commit, with `-dirty` where files differ from it; null outside a git checkout.
 * @property committedAtSeconds null outside a git checkout.
 */
export type SourceState = { readonly revision: string | null; readonly committedAtSeconds: number | null };

/** Asks git about a checkout. */
export async function readSourceState(root: string, run: Run): Promise<SourceState> {
  const commit = await run('git', ['-C', root, 'log', '-1', '--format=%H %ct']);
  if (!succeeds(commit)) return { revision: null, committedAtSeconds: null };
  const [hash, seconds] = commit.stdout.trim().split(' ');
  const status = await run('git', ['-C', root, 'status', '--porcelain']);
  const dirty = succeeds(status) && status.stdout !== '';
  return { revision: `${hash}${dirty ? '-dirty' : ''}`, committedAtSeconds: Number(seconds) };
}
