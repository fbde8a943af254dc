import type { Clock } from '../../../settings/ambient/clock.ts';
import type { NamespaceLabels } from './selected-namespaces.ts';

/** The last events of Pods may be read so much later than the end of their namespace: they come by another watch. */
const REMEMBERED_MS = 10 * 60_000;
/** Of those that are gone, the latest ones. */
const MOST_REMEMBERED = 1_000;

/** The namespaces that are there, and for a while those that were. */
interface RememberedNamespaces {
  /** All that are there now. */
  see(there: Iterable<NamespaceLabels>): void;
  all(): readonly NamespaceLabels[];
}

export function createRememberedNamespaces(clock: Pick<Clock, 'monotonicMs'>): RememberedNamespaces {
  let present = new Map<string, NamespaceLabels>();
  const gone = new Map<string, { readonly labels: NamespaceLabels; readonly untilMs: number }>();

  return {
    see(there) {
      const untilMs = clock.monotonicMs() + REMEMBERED_MS;
      const next = new Map([...there].map((each) => [each.name, each]));
      for (const [name, labels] of present) if (!next.has(name)) gone.set(name, { labels, untilMs });
      for (const name of next.keys()) gone.delete(name);
      for (const name of gone.keys()) {
        if (gone.size <= MOST_REMEMBERED) break;
        gone.delete(name);
      }
      present = next;
    },
    all() {
      const nowMs = clock.monotonicMs();
      for (const [name, { untilMs }] of gone) if (untilMs <= nowMs) gone.delete(name);
      return [...present.values(), ...[...gone.values()].map(({ labels }) => labels)];
    },
  };
}
