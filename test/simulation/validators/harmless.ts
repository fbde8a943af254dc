import type { LifecycleEvent } from '../../../protocol/event/lifecycle-event.ts';
import type { History } from '../history.ts';
import { isOfTenant, namesAnother } from '../tenant/own-events.ts';
import type { Violation } from './violation.ts';

/**
 * Harmless: what a tenant writes about their own Pods, and lies about those of others, is nobody else's concern.
 *
 * Demands of everything that arrived anywhere:
 * - what is told of a tenant's Pod names no Pod and no run of somebody else;
 * - no body is larger than 64 KiB, no time is other than RFC 3339 can say, no number other than int64 can hold.
 *
 * Tolerates: anything that is told of a tenant's own Pods. That nothing is missing, invented or late for the others is what
 * the other validators demand; they know nothing of the tenant.
 */
export function harmless(history: History): readonly Violation[] {
  const violations: Violation[] = [];
  const violation = (what: string) => void violations.push({ validator: 'Harmless', what });
  const bodies = new Map(history.arrivals.map(({ id, body }) => [id, body]));
  for (const [id, body] of bodies) {
    if (Buffer.byteLength(body) > MOST_BYTES) violation(`${id} has ${Buffer.byteLength(body)} bytes`);
    const event = JSON.parse(body) as LifecycleEvent;
    if (isOfTenant(event) && namesAnother(event, history)) violation(`${id} names another's Pod or run`);
    for (const field of impossibleFields(event)) violation(`${id} has an impossible ${field}`);
  }
  return violations;
}

const MOST_BYTES = 65_536;
const TIMES = new Set(['time', 'timestamp', 'expirytime', 'deadline', 'startedAt', 'finishedAt']);
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

function impossibleFields(value: unknown, name = ''): readonly string[] {
  if (TIMES.has(name) && value !== null)
    return typeof value === 'string' && RFC3339.test(value) && Date.parse(value) > 0 ? [] : [name];
  if (typeof value === 'number') return Number.isSafeInteger(value) ? [] : [name];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, field]) => impossibleFields(field, key));
}
