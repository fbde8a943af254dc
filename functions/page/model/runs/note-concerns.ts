import type { ClusterNote } from './trail.ts';

/** Where something is; null for a filter that names none. */
type Whereabouts = { readonly cluster: string | null; readonly namespace: string | null };

/** Whether a note says something about what is there. */
export function noteConcerns(
  note: Pick<ClusterNote, 'cluster' | 'namespace'>,
  { cluster, namespace }: Whereabouts,
): boolean {
  return (
    (cluster === null || note.cluster === cluster) &&
    (namespace === null || note.namespace === null || note.namespace === namespace)
  );
}
