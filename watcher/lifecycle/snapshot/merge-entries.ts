import type { ContainerSnapshot } from './pod-snapshot.ts';

/**
 * One snapshot a name. A status can hold two entries of one name, in one array or in two (kubernetes/kubernetes#139703,
 * #98523): the newest is the container, the others are kept in it as `older`.
 *
 * Newest is the highest restartCount; of the same, what runs before what has ended before what waits; then the last one.
 * The order of containers is that of their first entries.
 */
export function mergeEntries(entries: readonly ContainerSnapshot[]): readonly ContainerSnapshot[] {
  // Asked for every change of every Pod, nearly always for nothing.
  if (entries.length < 2 || new Set(entries.map(({ name }) => name)).size === entries.length) return entries;
  const byName = Map.groupBy(entries, ({ name }) => name);
  return [...byName.values()].flatMap((same) => {
    const inOrder = same.toSorted((a, b) => a.restartCount - b.restartCount || age(a) - age(b));
    const newest = inOrder.at(-1);
    return newest ? [{ ...newest, older: inOrder.slice(0, -1) }] : [];
  });
}

function age({ state }: ContainerSnapshot): number {
  return { waiting: 0, terminated: 1, running: 2 }[state.kind];
}
