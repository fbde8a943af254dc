/**
 * An Event about a Pod's last moments can come when the Pod is gone already: at the latest after a half-open watch of
 * Events, which may last ten minutes, and the pause after it.
 */
export const REMEMBER_MS = 900_000;
const MOST_DEPARTED = 1_000;

/** Keys of Pods that are gone and still remembered, oldest first. */
interface DepartedPods {
  add(key: string): void;
  /** Keys whose time is over, or that are too many; the time of each begins with the first call. */
  overdue(steadyMs: number): readonly string[];
  remove(key: string): void;
}

export function createDepartedPods(): DepartedPods {
  const since = new Map<string, number | null>();
  return {
    add(key) {
      if (!since.has(key)) since.set(key, null);
    },
    remove: (key) => void since.delete(key),
    overdue(steadyMs) {
      const surplus = since.size - MOST_DEPARTED;
      return [...since].flatMap(([key, goneMs], index) => {
        if (goneMs === null) since.set(key, steadyMs);
        return index < surplus || (goneMs !== null && steadyMs - goneMs >= REMEMBER_MS) ? [key] : [];
      });
    },
  };
}
