import type { ClusterNote } from '../runs/trail.ts';
import { visibleText } from '../text/visible-text.ts';

/** Whom a note is about, in few words: `prod-eu-1`, or `payments in prod-eu-1`. */
export function placeWords({ cluster, namespace }: Pick<ClusterNote, 'cluster' | 'namespace'>): string {
  const where = visibleText(cluster, 60);
  return namespace === null ? where : `${visibleText(namespace, 60)} in ${where}`;
}
