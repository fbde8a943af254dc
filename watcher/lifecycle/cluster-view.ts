import type { Via } from './container-context.ts';
import { createDepartedPods } from './departed-pods.ts';
import { createHeldNotices } from './held-notices.ts';
import type { KnownPod } from './known-pod.ts';
import { matchNotice } from './match-notice.ts';
import { concludeAbsence, longestAway } from './mirror-absence.ts';
import { observeNotice } from './observe-notice.ts';
import { baselinePod, observePod, vanishPod } from './observe-pod.ts';
import { sameJson } from './same-json.ts';
import type { KubeletNotice } from './snapshot/kubelet-notice.ts';
import type { PodSnapshot } from './snapshot/pod-snapshot.ts';
import type { Transition } from './transition.ts';

const NONE: ReadonlySet<string> = new Set();
const NO_ROOM = 'too many Events of its namespace wait for Pods that are not known';
const NEVER_CAME = 'no Pod by the UID that it names became known';

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
  /**
   * A kubelet Event. One about a failed hook of a Pod that is not known yet is held until {@link ClusterView.claim}
   * finds the Pod.
   */
  notice(notice: KubeletNotice, listed: boolean): NoticeOutcome;
  /** What became of a held Event; not held any more, unless its Pod is still to come. */
  claim(notice: KubeletNotice, steadyMs: number): NoticeOutcome;
  /** Holds an Event no longer. */
  drop(notice: KubeletNotice): void;
  held(): readonly KubeletNotice[];
  /** Keys of the mirror Pods that are away. */
  away(): readonly string[];
  /**
   * Forgets Pods that are gone: those that were remembered for Events that come late, and mirror Pods beyond
   * {@link MOST_AWAY}.
   *
   * @param steadyMs a clock that nobody sets, as in {@link ClusterView.claim}.
   */
  tidy(steadyMs: number): void;
  /** Concludes what only time can tell: that a mirror Pod stayed away. */
  settle(key: string, nowMs: number): readonly Transition[];
  /** Of the Pods that are there, as far as is known, without those that are in `but`. */
  keys(but?: Pick<ReadonlySet<string>, 'has'>): readonly string[];
  known(key: string): KnownPod | null;
  /** Puts a Pod back to how {@link ClusterView.known} had it. */
  restore(key: string, known: KnownPod | null): void;
  /** What changed since the last commit; null: forgotten. */
  changes(): ReadonlyMap<string, KnownPod | null>;
  commit(): void;
  rollback(): void;
};

/**
 * - `told`: it is about the Pod `key`; mostly it adds nothing.
 * - `held`: its Pod is not known yet.
 * - `unknown`: its Pod is not known, and what it says is of no use then.
 * - `implausible`: what it says of its Pod is not so. `unclaimed`: its Pod never came, or there was no room to wait.
 */
export type NoticeOutcome =
  | {
      readonly kind: 'told';
      readonly key: string;
      readonly before: KnownPod;
      readonly transitions: readonly Transition[];
    }
  | { readonly kind: 'held' | 'unknown' }
  | { readonly kind: 'implausible' | 'unclaimed'; readonly why: string };

export function createClusterView(known: Iterable<readonly [string, KnownPod]> = []): ClusterView {
  const committed = new Map<string, KnownPod>(known);
  const changed = new Map<string, KnownPod | null>();
  /** Mirror Pods waiting for their conclusion, so that settling does not walk every Pod. */
  const away = new Set<string>();
  const departed = createDepartedPods();
  const held = createHeldNotices();
  /** metadata.uid of mirror Pods to their key. */
  const shadows = new Map<string, string>();

  const index = (key: string, pod: KnownPod): void => {
    if (pod.goneSinceMs !== null) away.add(key);
    if (pod.departed) departed.add(key);
    if (pod.mirror) shadows.set(pod.apiUid, key);
  };
  for (const [key, pod] of committed) index(key, pod);

  const get = (key: string): KnownPod | null => {
    const pending = changed.get(key);
    return pending === undefined ? (committed.get(key) ?? null) : pending;
  };

  /** @param isNews it is known to be another. */
  const set = (key: string, before: KnownPod | null, next: KnownPod | null, isNews = false): void => {
    if (!isNews && sameJson(before, next)) return;
    changed.set(key, next);
    if (before?.departed && !next?.departed) departed.remove(key);
    if (before?.mirror && before.apiUid !== next?.apiUid) shadows.delete(before.apiUid);
    if (next) index(key, next);
  };

  /** Who is gone was told to be: what comes by that key again begins anew. */
  const present = (key: string): KnownPod | null => {
    const pod = get(key);
    return pod?.departed ? null : pod;
  };

  const seen = (pod: PodSnapshot, via: Via): readonly Transition[] => {
    const before = get(pod.key);
    const { next, transitions } = observePod(before?.departed ? null : before, pod, via);
    // What means something has changed the Pod.
    set(pod.key, before, next, transitions.length > 0);
    return transitions;
  };

  const vanished = (key: string, nowMs: number): readonly Transition[] => {
    const before = present(key);
    if (!before) return [];
    if (before.mirror) {
      set(key, before, { ...before, goneSinceMs: before.goneSinceMs ?? nowMs });
      return [];
    }
    set(key, before, before.nativeHooks ? { ...before, departed: true } : null);
    return vanishPod(before);
  };

  const observe = (notice: KubeletNotice, listed: boolean): NoticeOutcome => {
    const match = matchNotice(notice, { known: get, mirrorByUid: (uid) => shadows.get(uid) ?? null });
    if (match.kind !== 'known') return match;
    const { next, transitions } = observeNotice(match.pod, notice, listed);
    set(match.key, match.pod, next);
    return { kind: 'told', key: match.key, before: match.pod, transitions };
  };

  const settle = (key: string, nowMs: number): readonly Transition[] => {
    const pod = get(key);
    if (!pod || pod.goneSinceMs === null) {
      away.delete(key);
      return [];
    }
    const absence = concludeAbsence(pod, pod.goneSinceMs, nowMs);
    if (absence.next === null) away.delete(key);
    set(key, pod, absence.next);
    return absence.kind === 'concluded' ? absence.transitions : [];
  };

  return {
    seen,
    vanished,
    baseline: (pod) => set(pod.key, get(pod.key), baselinePod(pod)),
    gone: (pod, nowMs) => [...seen(pod, 'watch'), ...vanished(pod.key, nowMs)],
    forget: (key) => set(key, get(key), null),
    notice(notice, listed) {
      const outcome = observe(notice, listed);
      // A listed Event may be an hour old, and a Killing of a Pod without a known run is about none.
      if (outcome.kind !== 'unknown' || listed || notice.reason === 'Killing') return outcome;
      return held.hold(notice) ? { kind: 'held' } : { kind: 'unclaimed', why: NO_ROOM };
    },
    claim(notice, steadyMs) {
      const outcome = observe(notice, false);
      if (outcome.kind === 'unknown' && !held.isOverdue(notice, steadyMs)) return { kind: 'held' };
      held.release(notice);
      return outcome.kind === 'unknown' ? { kind: 'unclaimed', why: NEVER_CAME } : outcome;
    },
    drop: held.release,
    tidy(steadyMs) {
      for (const key of departed.overdue(steadyMs)) {
        departed.remove(key);
        // It may be there again, or its departure was rolled back.
        if (get(key)?.departed) set(key, get(key), null);
      }
      for (const key of longestAway(away, get)) {
        away.delete(key);
        set(key, get(key), null);
      }
    },
    held: held.all,
    away: () => [...away],
    settle,
    keys(but = NONE) {
      const keys: string[] = [];
      const add = (key: string) => {
        // Of a complete list nearly all are left out: asked first, a cluster of 50,000 Pods costs a look-up each.
        if (!but.has(key) && present(key) !== null) keys.push(key);
      };
      for (const key of committed.keys()) add(key);
      for (const key of changed.keys()) if (!committed.has(key)) add(key);
      return keys;
    },
    known: get,
    restore: (key, before) => set(key, get(key), before),
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
      held.clear();
      for (const [key, pod] of committed) index(key, pod);
    },
  };
}
