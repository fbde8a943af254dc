import { isRecord } from '../lifecycle/snapshot/json-field.ts';

/**
 * What an object is. The items of an API server's lists carry no `kind`, and neither do objects that somebody cut out of
 * one; then the fields tell: a Pod has a spec and a status with containers, an Event is about something for a reason.
 *
 * @returns null when it says another kind, or tells none.
 */
export function kindOf(object: Record<string, unknown>): 'Pod' | 'Event' | null {
  if (object.kind === 'Pod' || object.kind === 'Event') return object.kind;
  if (object.kind !== undefined && object.kind !== null && object.kind !== '') return null;
  if (!isRecord(object.metadata)) return null;
  if (typeof object.reason === 'string' && (isRecord(object.involvedObject) || isRecord(object.regarding)))
    return 'Event';
  return hasContainers(object.spec) || hasStatuses(object.status) ? 'Pod' : null;
}

function hasContainers(spec: unknown): boolean {
  return isRecord(spec) && Array.isArray(spec.containers);
}

function hasStatuses(status: unknown): boolean {
  if (!isRecord(status)) return false;
  const fields = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'];
  return fields.some((field) => Array.isArray(status[field]));
}
