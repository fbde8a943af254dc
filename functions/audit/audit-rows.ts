import * as z from 'zod/mini';
import { type HandlerRun, RUN_OUTCOMES } from '../consumer/run-log.ts';
import type { AuditRecord } from './audit-record.ts';

/** Rows as SQLite gives them, and the values it takes, in the order of the columns. */

const text = z.nullable(z.string());
const whole = z.nullable(z.number());

const eventRow = z.object({
  event_id: z.string(),
  hook: z.string(),
  type: z.string(),
  cluster: z.string(),
  namespace: text,
  pod: text,
  pod_uid: text,
  node: text,
  container: text,
  container_id: text,
  container_kind: text,
  restart_count: whole,
  observation: text,
  exit_code: whole,
  reason: text,
  sequence: z.string(),
  occurred_at_ms: z.number(),
  received_at_ms: z.number(),
  recorded_at_ms: z.number(),
  attempt: z.number(),
});

const runRow = z.object({
  stream: z.string(),
  event_id: z.string(),
  handler: z.string(),
  attempt: z.number(),
  outcome: z.enum(RUN_OUTCOMES),
  error: text,
  started_at_ms: z.number(),
  finished_at_ms: z.number(),
});

export const EVENT_COLUMNS: readonly string[] = Object.keys(eventRow.shape);
export const RUN_COLUMNS: readonly string[] = Object.keys(runRow.shape);

export function recordOf(row: unknown): AuditRecord {
  const read = eventRow.parse(row);
  return {
    eventId: read.event_id,
    hook: read.hook,
    type: read.type,
    cluster: read.cluster,
    namespace: read.namespace,
    pod: read.pod,
    podUid: read.pod_uid,
    node: read.node,
    container: read.container,
    containerId: read.container_id,
    containerKind: read.container_kind,
    restartCount: read.restart_count,
    observation: read.observation,
    exitCode: read.exit_code,
    reason: read.reason,
    sequence: read.sequence,
    occurredAtMs: read.occurred_at_ms,
    receivedAtMs: read.received_at_ms,
    recordedAtMs: read.recorded_at_ms,
    attempt: read.attempt,
  };
}

export function runOf(row: unknown): HandlerRun {
  const { stream, event_id, handler, attempt, outcome, error, started_at_ms, finished_at_ms } =
    runRow.parse(row);
  return {
    stream,
    eventId: event_id,
    handler,
    attempt,
    outcome,
    error,
    startedAtMs: started_at_ms,
    finishedAtMs: finished_at_ms,
  };
}

/** Turns a record into the values of its columns: `eventId` is `event_id`, and so on. */
export function valuesOf(record: AuditRecord | HandlerRun, columns: readonly string[]) {
  const fields = record as Readonly<Record<string, string | number | null>>;
  return columns.map((column) => fields[camelCase(column)] ?? null);
}

function camelCase(column: string): string {
  return column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
