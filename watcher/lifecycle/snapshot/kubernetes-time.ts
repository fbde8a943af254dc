import { realInstantMs } from '../../../protocol/event/real-instant.ts';
import type { PodDeletion } from './pod-snapshot.ts';

/** As Kubernetes writes times, of a day that every month has and a year that is one: nothing more is to be asked. */
const PLAIN =
  /^(?:19[89]|2\d\d)\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;
const FIRST_MS = Date.UTC(1971, 0);
/** Past it a year has five digits: RFC 3339 cannot say it. */
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59);

/**
 * When the deletion was asked for (RFC 3339): `deletionTimestamp` is the end of the grace period.
 *
 * @returns null when what the Pod shows leads to no moment.
 */
export function deletionRequestedAt({ timestamp, gracePeriodSeconds }: PodDeletion): string | null {
  if (timestamp === null) return null;
  const requestedMs = Date.parse(timestamp) - (gracePeriodSeconds ?? 0) * 1000;
  if (!(requestedMs >= FIRST_MS && requestedMs <= LAST_MS)) return null;
  return new Date(requestedMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** The later of two RFC 3339 instants; an absent one does not count. */
export function later(a: string, b: string | null): string {
  return b !== null && Date.parse(b) > Date.parse(a) ? b : a;
}

/**
 * A time in a Pod's status or in an Event, as it is written. Null is none, and neither are 1970 (a runtime that forgot
 * it), 1754 and year 1 (zero values of Go, one of them after an overflow): no container has run then. Nor is what no
 * RFC 3339 can say: the deletionTimestamp after `kubectl delete --grace-period=9000000000000` lies in the year 287,000.
 */
export function shownTime(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  if (PLAIN.test(value)) return value;
  const ms = realInstantMs(value);
  return ms !== null && ms >= FIRST_MS && ms <= LAST_MS ? value : null;
}
