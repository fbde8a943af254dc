import { EVENT_ID_PATTERN } from '../../protocol/event/event-id.ts';
import type { EventName } from '../../watcher/journal/records/event-history.ts';
import type { Kind } from '../command/kind.ts';
import type { Operand } from '../command/option.ts';

export const eventIdValue: Kind<string> = {
  expected: 'an id evt_…',
  read: (given) => (EVENT_ID_PATTERN.test(given) ? given : undefined),
};

/** An event of a journal as people name it: `1204`, `0000000000001204` or `evt_…`. */
const eventNameValue: Kind<EventName> = {
  expected: 'a sequence number such as 1204, or an id evt_…',
  read(given, nowMs) {
    const sequence = Number(given);
    if (/^\d{1,16}$/.test(given) && Number.isSafeInteger(sequence)) return { sequence };
    const id = eventIdValue.read(given, nowMs);
    return id === undefined ? undefined : { id };
  },
};

/** The event that a command of the journal is about. */
export const EVENT = {
  placeholder: 'SEQUENCE|ID',
  kind: eventNameValue,
  wanted: 'the SEQUENCE or the ID of an event',
} as const satisfies Operand<EventName>;

export function describeEventName(name: EventName): string {
  return 'id' in name ? name.id : String(name.sequence);
}
