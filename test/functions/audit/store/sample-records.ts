import type { AuditEntry } from '../../../../functions/timeline/audit-entry.ts';
import { type EventFacts, eventFacts } from '../../../../functions/timeline/event-facts.ts';
import type { HandlerRun } from '../../../../functions/timeline/run-log.ts';
import { sha256Hex } from '../../../../protocol/bytes/sha256.ts';
import type { LifecycleEvent } from '../../../../protocol/event/lifecycle-event.ts';
import { serialiseEvent } from '../../../../protocol/event/serialise-event.ts';
import { postStart, sampleId } from '../../support/sample-events.ts';
import { NOW } from './opened-store.ts';

/** The stream of every sample that names no other. */
export const STREAM = 'urn:offhook:cluster:c0ffee';

/** An event as the audit handler records it; `change` says what differs in what is kept of it. */
export async function entryOf(event: LifecycleEvent, change: Partial<EventFacts> = {}): Promise<AuditEntry> {
  const body = serialiseEvent(event);
  const facts = eventFacts(event, {
    receivedAtMs: NOW - 1_000,
    recordedAtMs: NOW - 990,
    attempt: 1,
    bodySha256: await sha256Hex(body),
    signed: { id: event.id, timestamp: '1795357800', signature: 'v1,c2lnbmF0dXJl', verified: true },
  });
  return { facts: { ...facts, ...change }, body };
}

/** A postStart event. */
export const sample = (key: string, change: Partial<EventFacts> = {}): Promise<AuditEntry> =>
  entryOf(postStart({ key }), change);

/** A run of a handler for the event with that key. */
export function runOf(key: string, change: Partial<HandlerRun> = {}): HandlerRun {
  return {
    stream: STREAM,
    eventId: sampleId(key),
    handler: 'cleanup',
    attempt: 1,
    outcome: 'completed',
    error: null,
    startedAtMs: NOW - 980,
    finishedAtMs: NOW - 970,
    ...change,
  };
}

/** The keys that these ids were made of, for failures that can be read. */
export function keysOf(
  entries: readonly { readonly eventId: string }[],
  keys: readonly string[],
): readonly string[] {
  const byId = new Map(keys.map((key) => [sampleId(key), key]));
  return entries.map(({ eventId }) => byId.get(eventId) ?? eventId);
}
