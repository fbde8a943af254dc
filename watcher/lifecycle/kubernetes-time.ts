import { text } from './json-field.ts';
import type { PodDeletion } from './pod-snapshot.ts';

/**
 * When the deletion was asked for (RFC 3339): `deletionTimestamp` is the end of the grace period.
 *
 * @returns null when what the Pod shows leads to no moment.
 */
export function deletionRequestedAt(deletion: PodDeletion): string | null {
  const endsMs = Date.parse(deletion.timestamp);
  const requested = new Date(endsMs - (deletion.gracePeriodSeconds ?? 0) * 1000);
  return Number.isNaN(requested.getTime()) ? null : requested.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** The later of two RFC 3339 instants; an absent one does not count. */
export function later(a: string, b: string | null): string {
  return b !== null && Date.parse(b) > Date.parse(a) ? b : a;
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
const FIRST_MS = Date.UTC(1971, 0);

/**
 * A time in a Pod's status or in an Event. Null is none, and neither are 1970 (a runtime that forgot it), 1754 and year 1
 * (zero values of Go, one of them after an overflow): no container has run then.
 */
export function instant(value: unknown): string | null {
  const written = text(value);
  if (written === null || !RFC_3339.test(written)) return null;
  return Date.parse(written) >= FIRST_MS ? written : null;
}
