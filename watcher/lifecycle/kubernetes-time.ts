import type { PodDeletion } from './pod-snapshot.ts';

/** When the deletion was asked for (milliseconds since 1970): `deletionTimestamp` is the end of the grace period. */
export function deletionRequestedAt(deletion: PodDeletion): number {
  return Date.parse(deletion.timestamp) - (deletion.gracePeriodSeconds ?? 0) * 1000;
}

/** The later of two RFC 3339 instants; an absent one does not count. */
export function later(a: string, b: string | null): string {
  return b !== null && Date.parse(b) > Date.parse(a) ? b : a;
}

/** Milliseconds since 1970 as metav1.Time: RFC 3339 in UTC, whole seconds. */
export function kubernetesTime(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
