import type { StoredRecord } from './stored-record.ts';
import { eventOf } from './timeline-entry.ts';

/**
 * Each event followed by what its handlers did.
 *
 * @param handled runs and wishes for them, of any of these events, oldest first.
 */
export function withHandled(
  events: readonly StoredRecord[],
  handled: readonly StoredRecord[],
): readonly StoredRecord[] {
  const byEvent = Map.groupBy(handled, eventOf);
  return events.flatMap((event) => [event, ...(byEvent.get(eventOf(event)) ?? [])]);
}
