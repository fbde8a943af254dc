import { isAlive, type KnownPod, type KnownRun } from './known-pod.ts';
import type { KubeletNotice } from './kubelet-notice.ts';
import type { Via } from './observe-container.ts';
import { observeNotice } from './observe-notice.ts';
import { baselinePod, observePod, vanishedPod, vanishPod } from './observe-pod.ts';
import type { PodSnapshot } from './pod-snapshot.ts';
import { sameJson } from './same-json.ts';
import type { Transition } from './transition.ts';

/** A mirror Pod that stays away this long is taken as stopped; it comes back within milliseconds otherwise. */
export const MIRROR_GRACE_MS = 60_000;
/**
 * After that conclusion it is remembered so long, should it come back and show how its runs really ended; of a static Pod
 * that was removed nothing else tells that it never will. No more than {@link MOST_AWAY} are, the longest away go first.
 */
export const MIRROR_MEMORY_MS = 24 * 3_600_000;
export const MOST_AWAY = 1_000;

/**
 * All Pods as last known, with the changes since the last {@link ClusterView.commit} kept apart, so that a failed
 * journal write forgets exactly what the journal does not hold.
 *
 * Every observation returns the lifecycle events it means, in order.
 */
export type ClusterView = {
  seen(pod: PodSnapshot, via: Via): readonly Transition[];
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

  const seen = (pod: PodSnapshot, via: Via): readonly Transition[] => {
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
    if (!pod || pod.goneSinceMs === null) {
      away.delete(key);
      return [];
    }
    // The clock of this machine was put back: the wait begins anew.
    if (pod.goneSinceMs > nowMs) set(key, pod, { ...pod, goneSinceMs: nowMs });
    const awayMs = nowMs - pod.goneSinceMs;
    if (awayMs < MIRROR_GRACE_MS) return [];
    const next = vanishedPod(pod);
    const isRemembered = awayMs < MIRROR_MEMORY_MS && hasRun(next, ({ end }) => end === 'unknown');
    if (!isRemembered) away.delete(key);
    set(key, pod, isRemembered ? next : null);
    return vanishPod(pod);
  };

  /** Those concluded already are the only ones that can be forgotten without a word. */
  const forgetLongestAway = (): void => {
    if (away.size <= MOST_AWAY) return;
    const concluded = [...away]
      .flatMap((key) => {
        const pod = get(key);
        return pod && !hasRun(pod, isAlive) ? [{ key, pod, sinceMs: pod.goneSinceMs ?? 0 }] : [];
      })
      .toSorted((a, b) => a.sinceMs - b.sinceMs);
    for (const { key, pod } of concluded.slice(0, away.size - MOST_AWAY)) {
      away.delete(key);
      set(key, pod, null);
    }
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
    settle(nowMs) {
      const transitions = [...away].flatMap((key) => settleOne(key, nowMs));
      forgetLongestAway();
      return transitions;
    },
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

function hasRun(pod: KnownPod, is: (run: KnownRun) => boolean): boolean {
  return pod.containers.some(({ runs }) => runs.some(is));
}
