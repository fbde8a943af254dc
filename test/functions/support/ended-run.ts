import type { ClaimKey } from '../../../functions/consumer/claim-store.ts';
import type { HandlerRun } from '../../../functions/timeline/run-log.ts';

/** A run that has ended under that claim, as its handler's consumer would tell it. */
export function endedRun({ eventId, handler }: ClaimKey, replace: Partial<HandlerRun> = {}): HandlerRun {
  return {
    stream: 'urn:offhook:cluster:test',
    eventId,
    handler,
    attempt: 1,
    outcome: 'completed',
    error: null,
    startedAtMs: 1_000,
    finishedAtMs: 2_000,
    ...replace,
  };
}

/** The same after a failure. */
export function failedRun(key: ClaimKey, attempt = 1): HandlerRun {
  return endedRun(key, { attempt, outcome: 'failed', error: 'answered "503"' });
}
