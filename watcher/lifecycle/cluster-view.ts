import type { KnownPod } from './known-pod.ts';
import type { KubeletNotice } from './kubelet-notice.ts';
import { observeNotice } from './observe-notice.ts';
import { baselinePod, observePod, vanishPod } from './observe-pod.ts';
import type { PodSnapshot } from './pod-snapshot.ts';
import { sameJson } from './same-json.ts';
import type { Transition } from './transition.ts';

/** A mirror Pod that stays away this long is taken as stopped; it comes back within milliseconds otherwise. */
export const MIRROR_GRACE_MS = 60_000;

/**
 * All Pods as last known, with the changes since the last {@link ClusterView.commit} kept apart, so that a failed
 * journal write forgets exactly what the journal does not hold.
 *
 * Every observation returns the lifecycle events it means, in order.
 */
export type ClusterView = {
  seen(pod: PodSnapshot, via: 'watch' | 'list'): readonly Transition[];
  /** The Pod as it stands before history is told: nothing is emitted for it. */
  baseline(pod: PodSnapshot): void;
  /** A DELETED event; `pod` is the last object. */
  gone(pod: PodSnapshot, nowMs: number): readonly Transition[];
  /** A Pod missing from a complete list, by its key. */
  vanished(key: string, nowMs: number): readonly Transition[];
  /** Removes a Pod without a word. */
  forget(key: string): void;
  notice(notice: KubeletNotice, listed: boolean): readonly Transition[];
  /** Concludes what only time can tell: mirror Pods that stayed away. */
  settle(nowMs: number): readonly Transition[];
  keys(): readonly string[];
  known(key: string): KnownPod | null;
  /** What changed since the last commit; null: forgotten. */
  changes(): ReadonlyMap<string, KnownPod | null>;
  commit(): void;
  rollback(): void;
};

export function createClusterView(known: Iterable<readonly [string, KnownPod]> = []): ClusterView {
  const committed = new Map<string, KnownPod>(known);
  const changed = new Map<string, KnownPod | null>();
  /** Mirror Pods waiting for their conclusion, so that settling does not walk every Pod. */
  const away = new Set([...committed].filter(([, pod]) => pod.goneSinceMs !== null).map(([key]) => key));

  const get = (key: string): KnownPod | null => {
    const pending = changed.get(key);
    return pending === undefined ? (committed.get(key) ?? null) : pending;
  };

  const set = (key: string, before: KnownPod | null, next: KnownPod | null): void => {
    if (sameJson(before, next)) return;
    changed.set(key, next);
    if (next && next.goneSinceMs !== null) away.add(key);
  };

  const seen = (pod: PodSnapshot, via: 'watch' | 'list'): readonly Transition[] => {
    const before = get(pod.key);
    const { next, transitions } = observePod(before, pod, via);
    set(pod.key, before, next);
    return transitions;
  };

  const vanished = (key: string, nowMs: number): readonly Transition[] => {
    const before = get(key);
    if (!before) return [];
    if (before.mirror) {
      set(key, before, { ...before, goneSinceMs: before.goneSinceMs ?? nowMs });
      return [];
    }
    set(key, before, null);
    return vanishPod(before);
  };

  const settleOne = (key: string, nowMs: number): readonly Transition[] => {
    const pod = get(key);
    const goneSinceMs = pod?.goneSinceMs ?? null;
    if (pod && goneSinceMs !== null && nowMs - goneSinceMs < MIRROR_GRACE_MS) return [];
    away.delete(key);
    if (!pod || goneSinceMs === null) return [];
    set(key, pod, null);
    return vanishPod(pod);
  };

  return {
    seen,
    vanished,
    baseline: (pod) => set(pod.key, get(pod.key), baselinePod(pod)),
    gone: (pod, nowMs) => [...seen(pod, 'watch'), ...vanished(pod.key, nowMs)],
    forget: (key) => set(key, get(key), null),
    notice(notice, listed) {
      const before = get(notice.podUid);
      const { next, transitions } = observeNotice(before, notice, listed);
      set(notice.podUid, before, next);
      return transitions;
    },
    settle: (nowMs) => [...away].flatMap((key) => settleOne(key, nowMs)),
    keys() {
      const old = [...committed.keys()].filter((key) => changed.get(key) !== null);
      const added = [...changed].flatMap(([key, pod]) => (pod && !committed.has(key) ? [key] : []));
      return [...old, ...added];
    },
    known: get,
    changes: () => changed,
    commit() {
      for (const [key, pod] of changed) {
        if (pod) committed.set(key, pod);
        else committed.delete(key);
      }
      changed.clear();
    },
    rollback() {
      changed.clear();
      for (const [key, pod] of committed) if (pod.goneSinceMs !== null) away.add(key);
    },
  };
}
