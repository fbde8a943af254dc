import { isRecord } from '../../watcher/lifecycle/snapshot/json-field.ts';

/** A run of a handler, as the functions log it. Durations in milliseconds. */
type LoggedRun = {
  readonly eventId: string;
  readonly handler: string;
  readonly outcome: string;
  readonly attempt: number;
  readonly error: string | null;
  readonly durationMs: number;
};

const MESSAGES: readonly unknown[] = ['handled', 'handler failed'];

/** Reads a line of the functions' JSON log; null where it does not tell of a handler's run. */
export function readHandlerLine(line: string): LoggedRun | null {
  const fields = parsed(line);
  if (!isRecord(fields) || !MESSAGES.includes(fields.msg)) return null;
  const { eventId, handler, outcome, attempt, durationMs, error = null } = fields;
  const isWhole =
    typeof eventId === 'string' &&
    typeof handler === 'string' &&
    typeof outcome === 'string' &&
    typeof attempt === 'number' &&
    typeof durationMs === 'number' &&
    (error === null || typeof error === 'string');
  return isWhole ? { eventId, handler, outcome, attempt, error, durationMs } : null;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Handlers write there, too.
    return null;
  }
}
