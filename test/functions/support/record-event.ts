import type { AuditWriter } from '../../../functions/audit/audit-trail.ts';
import { type EventFacts, eventFacts } from '../../../functions/timeline/event-facts.ts';
import type { HandlerRun } from '../../../functions/timeline/run-log.ts';
import { sha256Hex } from '../../../protocol/bytes/sha256.ts';
import type { LifecycleEvent } from '../../../protocol/event/lifecycle-event.ts';
import { serialiseEvent } from '../../../protocol/event/serialise-event.ts';

/** Records an event as the audit handler does, 812 ms after it happened; single facts can be other ones. */
export async function recordEvent(
  trail: AuditWriter,
  event: LifecycleEvent,
  facts: Partial<EventFacts> = {},
): Promise<EventFacts> {
  const body = serialiseEvent(event);
  const receivedAtMs = Date.parse(event.time) + 812;
  const circumstances = {
    receivedAtMs,
    recordedAtMs: receivedAtMs + 8,
    attempt: 1,
    bodySha256: await sha256Hex(body),
    signed: { id: event.id, timestamp: '1795357442', signature: 'v1,c2lnbmF0dXJl', verified: true },
  };
  const recorded = { ...eventFacts(event, circumstances), ...facts };
  await trail.append({ facts: recorded, body });
  return recorded;
}

/** A run of the handler `cleanup` that began when the event was recorded and took 17 ms. */
export function runOf(event: EventFacts, run: Partial<HandlerRun> = {}): HandlerRun {
  return {
    stream: event.stream,
    eventId: event.eventId,
    handler: 'cleanup',
    attempt: 1,
    outcome: 'completed',
    error: null,
    startedAtMs: event.recordedAtMs,
    finishedAtMs: event.recordedAtMs + 17,
    ...run,
  };
}
