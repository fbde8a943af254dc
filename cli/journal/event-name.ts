import { EVENT_ID_PATTERN } from '../../protocol/event-id.ts';
import type { EventName } from '../../watcher/journal/records/event-record.ts';
import { UsageError } from '../terminal/command.ts';

/** An event as people name it: `1204`, `0000000000001204` or `evt_…`. */
export function parseEventName(text: string): EventName {
  const sequence = Number(text);
  if (/^\d{1,16}$/.test(text) && Number.isSafeInteger(sequence)) return { sequence };
  if (EVENT_ID_PATTERN.test(text)) return { id: text };
  throw new UsageError(`"${text}" names no event: expected a sequence number such as 1204, or an id evt_…`);
}

export function describeEventName(name: EventName): string {
  return 'id' in name ? name.id : String(name.sequence);
}
