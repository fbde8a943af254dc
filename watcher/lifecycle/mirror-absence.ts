import { isAlive, type KnownPod, type KnownRun } from './known-pod.ts';
import { vanishedPod, vanishPod } from './observe-pod.ts';
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
 * - `waiting`: it may still come back.
 * - `concluded`: it stayed away, and that is told; null is no longer remembered.
 */
type Absence =
  | { readonly kind: 'waiting'; readonly next: KnownPod }
  | {
      readonly kind: 'concluded';
      readonly next: KnownPod | null;
      readonly transitions: readonly Transition[];
    };

/** What the time says of a mirror Pod that has been away since `sinceMs`. */
export function concludeAbsence(pod: KnownPod, sinceMs: number, nowMs: number): Absence {
  // The clock of this machine was put back: the wait begins anew.
  if (sinceMs > nowMs) return { kind: 'waiting', next: { ...pod, goneSinceMs: nowMs } };
  const awayMs = nowMs - sinceMs;
  if (awayMs < MIRROR_GRACE_MS) return { kind: 'waiting', next: pod };
  const next = vanishedPod(pod);
  const isRemembered = awayMs < MIRROR_MEMORY_MS && hasRun(next, ({ end }) => end === 'unknown');
  return { kind: 'concluded', next: isRemembered ? next : null, transitions: vanishPod(pod) };
}

/**
 * Who is forgotten when too many are away: the longest away first, and only those of whom it is told, so that they can
 * go without a word.
 *
 * @param away keys of the mirror Pods that are away.
 */
export function longestAway(
  away: ReadonlySet<string>,
  known: (key: string) => KnownPod | null,
): readonly string[] {
  if (away.size <= MOST_AWAY) return [];
  const concluded = [...away].flatMap((key) => {
    const pod = known(key);
    return pod && !hasRun(pod, isAlive) ? [{ key, sinceMs: pod.goneSinceMs ?? 0 }] : [];
  });
  return concluded
    .toSorted((a, b) => a.sinceMs - b.sinceMs)
    .slice(0, away.size - MOST_AWAY)
    .map(({ key }) => key);
}

function hasRun(pod: KnownPod, is: (run: KnownRun) => boolean): boolean {
  return pod.containers.some(({ runs }) => runs.some(is));
}
