import type { KnownPod } from '../lifecycle/known-pod.ts';
import { readKnownPod } from '../lifecycle/read-known-pod.ts';
import { isMirrorKey, mirrorKey } from '../lifecycle/snapshot/mirror-pod.ts';
import { writeKnownPod } from '../lifecycle/write-known-pod.ts';
import type { JournalBatch, LifecycleJournal } from './lifecycle-journal.ts';

type ReadKnown = {
  readonly pods: ReadonlyMap<string, KnownPod>;
  /** Keys of mirror Pods that were renamed: none of them is known to be there before a list shows it. */
  readonly renamed: ReadonlySet<string>;
};

/**
 * The Pods that the journal remembers, also as the version before wrote them: it keyed mirror Pods by their hash, and
 * took any time for one. The journal is brought up to date at once. What was told of a mirror Pod's runs stays told;
 * what comes carries the new `pod.uid`.
 */
export function readKnown(journal: Pick<LifecycleJournal, 'knownPods' | 'commit'>): ReadKnown {
  const pods = new Map<string, KnownPod>();
  const renamed = new Set<string>();
  const changes: JournalBatch['pods'][number][] = [];
  for (const { key, json } of journal.knownPods()) {
    const known = readKnownPod(key, json);
    if (!known.mirror || isMirrorKey(key)) {
      pods.set(key, known);
      continue;
    }
    changes.push({ key, json: null });
    const { namespace, name, node } = known.pod;
    // By today's rules it never was one: the list tells of it anew, as an ordinary Pod.
    if (node === null || !name.endsWith(`-${node}`)) continue;
    const uid = mirrorKey({ namespace, name, hash: key });
    const next = { ...known, pod: { ...known.pod, uid } };
    pods.set(uid, next);
    renamed.add(uid);
    changes.push({ key: uid, json: writeKnownPod(next) });
  }
  if (changes.length > 0) journal.commit({ pods: changes, events: [], resumePoints: [] });
  return { pods, renamed };
}
