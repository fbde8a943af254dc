import type { AuditFilter } from '../../functions/audit/audit-reader.ts';

const EQUAL = [
  'cluster',
  'namespace',
  'pod',
  'podUid',
  'container',
  'hook',
  'exitCode',
  'handler',
  'eventId',
] as const;

/** Whether the content of a record is wanted, by the rules of {@link AuditFilter}; false for what cannot be read. */
export function matchesFilter(content: string, filter: AuditFilter): boolean {
  const said = readContent(content);
  if (said === null) return false;
  if (EQUAL.some((name) => filter[name] !== undefined && filter[name] !== said[name])) return false;
  if (filter.outcome !== undefined && !(said.kind === 'event' && said.outcome === filter.outcome))
    return false;
  if (
    filter.handlerOutcome !== undefined &&
    !(said.kind === 'run' && said.outcome === filter.handlerOutcome)
  ) {
    return false;
  }
  const atMs = Number(said.occurredAtMs ?? said.startedAtMs ?? said.recordedAtMs);
  return !(atMs < (filter.fromMs ?? atMs)) && !(filter.toMs !== undefined && atMs >= filter.toMs);
}

function readContent(content: string): Readonly<Record<string, unknown>> | null {
  try {
    const said: unknown = JSON.parse(content);
    return typeof said === 'object' && said !== null ? (said as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
